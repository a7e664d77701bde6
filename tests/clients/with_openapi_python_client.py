"""Files an application of each service and asks a question through what ``openapi-python-client`` makes: ``… BASE KEY``.

Runs in an environment of its own, beside the generated package ``made_client``.
"""

from __future__ import annotations

import datetime as dt
import sys
from uuid import uuid4

from made_client import AuthenticatedClient, models
from made_client.api.applications import file_application
from made_client.api.departments import ask_real_estate_housing_holdings
from made_client.types import Unset

_WEI, _FANG, _QIANG, _MIN = "500152199001010018", "500152198512310026", "999999199001010016", "999999198802290025"


def _person(name: str, number: str) -> models.Person:
    return models.Person(name=name, id_type=models.PersonIdType.VALUE_0, id_number=number)


def applications() -> list[models.NewlywedApplication | models.PassportApplication]:
    """One of each service."""
    wei, fang = _person("张伟", _WEI), _person("王芳", _FANG)
    company = models.CompanyStartData(
        company=models.CompanyStartCompany(name="潼南示例商贸有限公司", uscc="91500152MA00000158"),
        representative=models.CompanyStartRepresentative(name="张伟", id_number=_WEI),
        taxpayer_kind=models.CompanyStartDataTaxpayerKind.SMALL,
        employees=[models.CompanyStartEmployeesItem(name="李强", id_type=models.CompanyStartEmployeesItemIdType.VALUE_0, id_number=_QIANG)],
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
    married = models.NewlywedPersonIdType.VALUE_0
    newlywed = models.NewlywedData(
        man=models.NewlywedPerson(name="张伟", id_type=married, id_number=_WEI),
        woman=models.NewlywedPerson(name="王芳", id_type=married, id_number=_FANG),
        registered_on=dt.date(2026, 11, 23),
        marital_status=models.NewlywedDataMaritalStatus.VALUE_1,
    )
    passport = models.PassportData(mobile="13800000005", delivery=models.PassportDataDelivery.PICK_UP)
    retirement = models.RetirementData(
        person=models.RetirementPerson(name="赵敏", id_type=models.RetirementPersonIdType.VALUE_0, id_number=_MIN),
        employer=models.RetirementEmployer(name="潼南示例机械有限公司", uscc="91500152MA0000007D"),
        planned_on=dt.date(2026, 12, 31),
        account=models.RetirementAccount(bank_name="示例银行潼南支行", bank_account="6200000000000000001"),
    )
    holdings = models.HousingHoldingsData(purpose="子女入学", asked_by="综合窗口3号")
    return [
        models.CompanyStartApplication(
            service="company-start", channel=models.CompanyStartApplicationChannel.PC, applicant=wei, data=company
        ),
        models.HouseTransferApplication(
            service="house-transfer", channel=models.HouseTransferApplicationChannel.COUNTER, applicant=fang, agent=wei, data=house
        ),
        models.HousingHoldingsApplication(
            service="housing-holdings", channel=models.HousingHoldingsApplicationChannel.COUNTER, applicant=fang, data=holdings
        ),
        models.NewlywedApplication(service="newlywed", channel=models.NewlywedApplicationChannel.COUNTER, applicant=wei, data=newlywed),
        models.PassportApplication(service="passport", channel=models.PassportApplicationChannel.COUNTER, applicant=fang, data=passport),
        models.RetirementApplication(service="retirement", channel=models.RetirementApplicationChannel.PC, applicant=wei, data=retirement),
    ]


def main(base: str, key: str) -> None:
    """File them, ask, and print a line for each."""
    with AuthenticatedClient(base_url=base, token=key) as client:
        for body in applications():
            filed = file_application.sync(client=client, body=body, idempotency_key=str(uuid4()), prefer="wait=1")
            if not isinstance(filed, models.FiledApplication):
                sys.exit(f"{body.service}: {filed}")
            print(filed.service, filed.number, ",".join(delivery.step for delivery in filed.deliveries))
        question = models.RealEstateHousingHoldingsQuestion(
            request=models.RealEstateHousingHoldingsRequest(name="李强", id_number=_QIANG, purpose="购房资格核验", asked_by="综合窗口3号"),
            purpose="购房资格核验",
        )
        answer = ask_real_estate_housing_holdings.sync(client=client, body=question)
        if not isinstance(answer, models.RealEstateHousingHoldingsAnswered) or isinstance(answer.output, Unset):
            sys.exit(f"no answer: {answer}")
        print("holdings", answer.output.count)


if __name__ == "__main__":
    main(*sys.argv[1:])
