"""The floor of every HTTP figure: FastAPI with one handler that does nothing."""

from fastapi import FastAPI, Request, Response

app = FastAPI(openapi_url=None)

ANSWER = b"x" * 800


@app.get("/")
async def get() -> Response:
    return Response(ANSWER, media_type="application/fhir+json")


@app.post("/")
async def post(request: Request) -> Response:
    await request.body()
    return Response(ANSWER, status_code=201, media_type="application/fhir+json")
