// Lists the plans of the API at the address given, page by page, with the types that openapi-typescript makes of the contract.
import type { paths } from "./schema";

declare const process: { argv: string[] };

type Get<Path extends keyof paths> = NonNullable<paths[Path]["get"]>;
type Query<Path extends keyof paths> = NonNullable<Get<Path>["parameters"]["query"]>;
type Answer<Path extends keyof paths> = Get<Path> extends { responses: { 200: { content: { "application/json": infer Body } } } } ? Body : never;
type Problem<Path extends keyof paths> = Get<Path> extends { responses: { 400: { content: { "application/problem+json": infer Body } } } } ? Body : never;

const address = process.argv[2];

async function get<Path extends keyof paths>(path: Path, query: Query<Path>): Promise<Answer<Path> | Problem<Path>> {
    const parameters = Object.entries(query).map(([name, value]) => [name, String(value)]);
    const response = await fetch(`${address}${path}?${new URLSearchParams(parameters)}`);
    return response.json();
}

async function listPlans(query: Query<"/v1/plans/">): Promise<Answer<"/v1/plans/">["results"][]> {
    const page = await get("/v1/plans/", query);
    if ("errors" in page || !("results" in page)) throw new Error(page.detail);
    const cursor = page.next === null ? null : new URL(page.next).searchParams.get("cursor");
    return [page.results, ...(cursor === null ? [] : await listPlans({ ...query, cursor }))];
}

async function main(): Promise<void> {
    const pages = await listPlans({ page_size: 2, kind: ["action_plan", "opinions", "strategy"], ordering: ["-name_en"] });
    const refused = await get("/v1/plans/", { page_size: 500 });
    const report = {
        pages: pages.map((plans) => plans.map((plan) => plan.id)),
        nulls: pages.flat().flatMap((plan) => plan.targets).map((target) => ({
            id: target.id,
            value: target.value === null ? "none" : target.value.toFixed(1),
            due: target.due?.slice(0, 4) ?? "none",
            indicator: target.indicator === null ? "none" : target.indicator.id,
        })),
        faults: "errors" in refused ? refused.errors?.map((fault) => `${fault.parameter}: ${fault.did_you_mean?.length ?? "none"}`) : [],
    };
    console.log(JSON.stringify(report));
}

// What the types refuse: each line is an error, or the compiler says that it is none.
async function refused(plan: Answer<"/v1/plans/">["results"][number]): Promise<void> {
    // @ts-expect-error: there is no such parameter
    await get("/v1/plans/", { pagesize: 2 });
    // @ts-expect-error: there is no such order
    await get("/v1/plans/", { ordering: ["-nam_en"] });
    // @ts-expect-error: the number may be null
    plan.document_number.length;
    // @ts-expect-error: the reference may be null
    plan.targets[0]?.indicator.id;
}

void main();
void refused;
