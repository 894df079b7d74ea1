// A session of fhir-kit-client with our server: everything that this client can do.
// Prints one JSON document of what it saw; the test that runs it judges.
import { CapabilityTool, Client } from "fhir-kit-client";

const [baseUrl, token] = process.argv.slice(2);
const client = new Client({ baseUrl, bearerToken: token });
const seen = {};

const capabilities = await client.capabilityStatement();
seen.fhirVersion = capabilities.fhirVersion;
seen.canPatchPatients = new CapabilityTool(capabilities).resourceCan("Patient", "patch");

const create = () =>
  client.create({
    resourceType: "Patient",
    body: { resourceType: "Patient", identifier: [{ system: "urn:n", value: "7" }], name: [{ family: "DEMO" }] },
    options: { headers: { "If-None-Exist": "identifier=urn:n|7" } },
  });
const created = await create();
seen.created = Boolean(created.id);
seen.createdTwice = (await create()).id === created.id;

const updated = await client.update({
  resourceType: "Patient",
  id: created.id,
  body: { ...created, active: true },
});
seen.version = updated.meta.versionId;

const first = await client.vread({ resourceType: "Patient", id: created.id, version: "1" });
seen.firstVersionWasActive = first.active ?? null;

const patched = await client.patch({
  resourceType: "Patient",
  id: created.id,
  jsonPatch: [{ op: "replace", path: "/active", value: false }],
});
seen.patched = { active: patched.active, version: patched.meta.versionId };

const transaction = await client.transaction({
  body: {
    resourceType: "Bundle",
    type: "transaction",
    entry: [1, 2, 3].map((day) => ({
      resource: {
        resourceType: "MedicationAdministration",
        status: "completed",
        medicationCodeableConcept: { coding: [{ system: "http://www.whocc.no/atc", code: "N07BC02" }] },
        subject: { reference: `Patient/${created.id}` },
        effectiveDateTime: `2026-03-0${day}T06:00:00+01:00`,
      },
      request: { method: "POST", url: "MedicationAdministration" },
    })),
  },
});
seen.transaction = transaction.entry.map((entry) => entry.response.status);

let page = await client.search({
  resourceType: "MedicationAdministration",
  searchParams: { patient: created.id, _count: 2 },
});
seen.pages = [];
while (page) {
  seen.pages.push((page.entry ?? []).length);
  page = await client.nextPage({ bundle: page });
}

const doses = (searchParams) => client.search({ resourceType: "MedicationAdministration", searchParams });
const later = await doses({ "patient:Patient": created.id, "effective-time": "ge2026-03-02" });
seen.byModifier = later.entry.length;
const included = await doses({ "effective-time": "2026-03-01", _include: "MedicationAdministration:patient" });
seen.included = included.entry.map((entry) => entry.resource.resourceType);
const inCompartment = await client.search({
  resourceType: "MedicationAdministration",
  compartment: { resourceType: "Patient", id: created.id },
});
seen.inCompartment = inCompartment.entry.length;
const everything = await client.operation({
  name: "everything",
  resourceType: "Patient",
  id: created.id,
  method: "GET",
});
seen.everything = everything.entry.length;

const history = await client.history({ resourceType: "Patient", id: created.id });
seen.history = history.entry.map((entry) => entry.resource.meta.versionId);
seen.typeHistory = (await client.history({ resourceType: "MedicationAdministration" })).entry.length;

await client.delete({ resourceType: "Patient", id: created.id });
try {
  await client.read({ resourceType: "Patient", id: created.id });
} catch (error) {
  seen.deleted = error.response.status;
}

try {
  await client.search({ resourceType: "Patient", searchParams: { favourite: "blue" } });
} catch (error) {
  seen.unknownParameter = error.response.status;
  seen.outcome = error.response.data.resourceType;
}

console.log(JSON.stringify(seen));
