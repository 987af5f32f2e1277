"""Take an upload when it may be posted: `uvicorn fastapi_app:app`."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, HTTPException, UploadFile
from fastapi.concurrency import run_in_threadpool

from imgpolicy import Checker, Posting, Report, Verdict
from imgpolicy.posting import Origin, Role

POSTING = Posting(channel="website", role=Role.EMPLOYEE, purpose="pr", origin=Origin.OWN)
AT_ONCE = asyncio.Semaphore(2)  # as many pictures as there are cores; the others wait


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """One checker for all requests, opened in the process that answers them."""
    with Checker.from_file("imgpolicy.toml") as checker:
        app.state.checker = checker
        yield


app = FastAPI(lifespan=lifespan)


@app.post("/pictures", status_code=201)
async def upload(picture: UploadFile) -> dict[str, str | None]:
    """Keep the picture, or say that it may not be posted; whatever goes wrong is an error, and no go."""
    async with AT_ONCE:
        report: Report = await run_in_threadpool(app.state.checker.check, picture.file, POSTING)
    if report.verdict is not Verdict.GO:
        raise HTTPException(422, f"this picture may not be posted as it is: {report.verdict.word}")
    return {"kept": report.picture.sha256}
