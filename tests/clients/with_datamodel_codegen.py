"""Files an application of each service and asks a question with the models that ``datamodel-codegen`` makes: ``… BASE KEY``.

Runs in an environment of its own, beside the generated module ``made_models``.
"""

from __future__ import annotations

import datetime as dt
import sys
from uuid import uuid4

import httpx
import made_models as models

_WEI, _FANG, _QIANG, _MIN = "500152199001010018", "500152198512310026", "999999199001010016", "999999198802290025"


def _person(name: str, number: str) -> models.Person:
    return models.Person(name=name, id_type="111", id_number=number)


def applications() -> list[models.NewApplication]:
    """One of each service."""
    wei, fang = _person("张伟", _WEI), _person("王芳", _FANG)
    company = models.CompanyStartData(
        company=models.CompanyStartCompany(name="潼南示例商贸有限公司", uscc="91500152MA00000158"),
        representative=models.CompanyStartRepresentative(name="张伟", id_number=_WEI),
        taxpayer_kind="small",
        employees=[models.CompanyStartEmployeesItem(name="李强", id_type="111", id_number=_QIANG)],
    )
    house = models.HouseTransferData(
        seller=models.HouseTransferParty(name="李强", id_number=_QIANG),
        buyer=models.HouseTransferParty(name="王芳", id_number=_FANG),
        certificate_number="渝(2018)潼南区不动产权第000000002号",
        unit_number="500152001001GB00002F00020001",
        area="89.50",
        price="620000.00",
        contract_number="TN2026-000123",
        contract_date=dt.date(2026, 11, 20),
    )
    newlywed = models.NewlywedData(
        man=models.NewlywedPerson(name="张伟", id_type="111", id_number=_WEI),
        woman=models.NewlywedPerson(name="王芳", id_type="111", id_number=_FANG),
        registered_on=dt.date(2026, 11, 23),
        marital_status="21",
    )
    retirement = models.RetirementData(
        person=models.RetirementPerson(name="赵敏", id_type="111", id_number=_MIN),
        employer=models.RetirementEmployer(name="潼南示例机械有限公司", uscc="91500152MA0000007D"),
        planned_on=dt.date(2026, 12, 31),
        account=models.RetirementAccount(bank_name="示例银行潼南支行", bank_account="6200000000000000001"),
    )
    passport = models.PassportData(mobile="13800000005", delivery="pick_up")
    holdings = models.HousingHoldingsData(purpose="子女入学", asked_by="综合窗口3号")
    return [
        models.NewApplication(models.CompanyStartApplication(service="company-start", channel="pc", applicant=wei, data=company)),
        models.NewApplication(
            models.HouseTransferApplication(service="house-transfer", channel="counter", applicant=fang, agent=wei, data=house)
        ),
        models.NewApplication(
            models.HousingHoldingsApplication(service="housing-holdings", channel="counter", applicant=fang, data=holdings)
        ),
        models.NewApplication(models.NewlywedApplication(service="newlywed", channel="counter", applicant=wei, data=newlywed)),
        models.NewApplication(models.PassportApplication(service="passport", channel="counter", applicant=fang, data=passport)),
        models.NewApplication(models.RetirementApplication(service="retirement", channel="pc", applicant=wei, data=retirement)),
    ]


def main(base: str, key: str) -> None:
    """File them, ask, and print a line for each."""
    with httpx.Client(base_url=base, headers={"Authorization": f"Bearer {key}"}, trust_env=False) as client:

        def post(path: str, body: models.BaseModel, **headers: str) -> httpx.Response:
            json = {**headers, "Content-Type": "application/json"}
            reply = client.post(path, content=body.model_dump_json(exclude_unset=True), headers=json)
            if reply.is_error:
                sys.exit(str(models.Problem.model_validate_json(reply.content)))
            return reply

        for body in applications():
            reply = post("/v1/applications", body, **{"Idempotency-Key": str(uuid4()), "Prefer": "wait=1"})
            filed = models.FiledApplication.model_validate(reply.json() | {"member_of_a_later_version": True})
            print(filed.service, filed.number, ",".join(delivery.step for delivery in filed.deliveries))
        question = models.RealEstateHousingHoldingsQuestion(
            request=models.RealEstateHousingHoldingsRequest(name="李强", id_number=_QIANG, purpose="购房资格核验", asked_by="综合窗口3号"),
            purpose="购房资格核验",
        )
        reply = post("/v1/departments/real_estate/queries/housing_holdings", question)
        answer = models.RealEstateHousingHoldingsAnswer.model_validate_json(reply.content).root
        if not isinstance(answer, models.RealEstateHousingHoldingsAnswered):
            sys.exit(f"no answer: {answer.reason}")
        print("holdings", answer.output.count)


if __name__ == "__main__":
    main(*sys.argv[1:])
