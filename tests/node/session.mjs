// A session of fhir-kit-client with our server: create, read, update, search, page, transaction.
// Prints one JSON document of what it saw; the test that runs it judges.
import { Client } from "fhir-kit-client";

const [baseUrl, token] = process.argv.slice(2);
const client = new Client({ baseUrl, bearerToken: token });
const seen = {};

const capabilities = await client.capabilityStatement();
seen.fhirVersion = capabilities.fhirVersion;

const created = await client.create({
  resourceType: "Patient",
  body: { resourceType: "Patient", identifier: [{ system: "urn:n", value: "7" }], name: [{ family: "DEMO" }] },
});
seen.created = Boolean(created.id);

const updated = await client.update({
  resourceType: "Patient",
  id: created.id,
  body: { ...created, active: true },
});
seen.version = updated.meta.versionId;

const first = await client.vread({ resourceType: "Patient", id: created.id, version: "1" });
seen.firstVersionWasActive = first.active ?? null;

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

try {
  await client.search({ resourceType: "Patient", searchParams: { favourite: "blue" } });
} catch (error) {
  seen.unknownParameter = error.response.status;
  seen.outcome = error.response.data.resourceType;
}

console.log(JSON.stringify(seen));
