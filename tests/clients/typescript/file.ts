// A front end that files one application of each service and asks one question, written against the generated types alone:
// nothing is cast, nothing is `any`. `file(base, key)` gives a line of text for each; it throws at whatever is refused.
import createClient from "openapi-fetch";
import type { components, paths } from "./api.js";

type Application = components["schemas"]["Application"];
type NewApplication = components["schemas"]["NewApplication"];
type Person = components["schemas"]["Person"];

const wei: Person = { name: "张伟", id_type: "111", id_number: "500152199001010018", mobile: "13800000001" };
const fang: Person = { name: "王芳", id_type: "111", id_number: "500152198512310026" };

const applications: NewApplication[] = [
  {
    service: "company-start",
    channel: "pc",
    applicant: wei,
    data: {
      company: { name: "潼南示例商贸有限公司", uscc: "91500152MA00000158" },
      representative: { name: "张伟", id_number: "500152199001010018" },
      taxpayer_kind: "small",
      employees: [{ name: "李强", id_type: "111", id_number: "999999199001010016" }],
    },
  },
  {
    service: "house-transfer",
    channel: "counter",
    applicant: fang,
    agent: wei,
    data: {
      seller: { name: "李强", id_number: "999999199001010016" },
      buyer: { name: "王芳", id_number: "500152198512310026" },
      certificate_number: "渝(2018)潼南区不动产权第000000002号",
      unit_number: "500152001001GB00002F00020001",
      area: "89.50",
      price: "620000.00",
      contract_number: "TN2026-000123",
      contract_date: "2026-11-20",
    },
  },
  { service: "housing-holdings", channel: "counter", applicant: fang, data: { purpose: "子女入学", asked_by: "综合窗口3号" } },
  {
    service: "newlywed",
    channel: "counter",
    applicant: wei,
    data: {
      man: { name: "张伟", id_type: "111", id_number: "500152199001010018" },
      woman: { name: "王芳", id_type: "111", id_number: "500152198512310026" },
      registered_on: "2026-11-23",
      marital_status: "21",
      exit_entry: { person: { name: "王芳", id_type: "111", id_number: "500152198512310026" }, spouse_name: "张伟" },
    },
  },
  {
    service: "passport",
    channel: "counter",
    applicant: fang,
    data: { mobile: "13800000005", delivery: "post", address: "重庆市潼南区示例路1号" },
  },
  {
    service: "retirement",
    channel: "pc",
    applicant: wei,
    data: {
      person: { name: "赵敏", id_type: "111", id_number: "999999198802290025" },
      employer: { name: "潼南示例机械有限公司", uscc: "91500152MA0000007D" },
      planned_on: "2026-12-31",
      account: { bank_name: "示例银行潼南支行", bank_account: "6200000000000000001" },
    },
  },
];

const told = (application: Application): string => {
  const steps = application.deliveries.map((delivery) => `${delivery.step}:${delivery.required ? "required" : "on request"}`);
  return `${application.service} ${application.number} ${steps.join(",")}`;
};

export const file = async (base: string, key: string): Promise<string[]> => {
  const gateway = createClient<paths>({ baseUrl: base, headers: { Authorization: `Bearer ${key}` } });
  const lines: string[] = [];
  for (const body of applications) {
    const { data, error } = await gateway.POST("/v1/applications", {
      params: { header: { "Idempotency-Key": crypto.randomUUID(), Prefer: "wait=1" } },
      body,
    });
    if (error !== undefined) {
      throw new Error(`${body.service}: ${error.title}: ${error.errors?.map((one) => `${one.pointer} ${one.detail}`).join("; ")}`);
    }
    lines.push(told(data));
  }
  const asked = await gateway.POST("/v1/departments/real_estate/queries/housing_holdings", {
    body: {
      request: { name: "李强", id_number: "999999199001010016", purpose: "购房资格核验", asked_by: "综合窗口3号" },
      purpose: "购房资格核验",
    },
  });
  if (asked.error !== undefined) {
    throw new Error(asked.error.detail);
  }
  lines.push(asked.data.kind === "approved" ? `holdings ${asked.data.output.count}` : `no answer: ${asked.data.reason}`);
  return lines;
};
