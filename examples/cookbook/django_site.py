"""Take an upload when it may be posted, in a site that has the register itself: `python django_site.py runserver`."""

import sys
from functools import cache

from django.conf import settings
from django.core.management import execute_from_command_line
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from imgpolicy import Checker, Posting, Verdict
from imgpolicy.posting import Origin, Role

POSTING = Posting(channel="website", role=Role.EMPLOYEE, purpose="pr", origin=Origin.OWN)


@cache
def checker() -> Checker:
    """The checker of this process, opened by its first request: a server forks before, and all threads share it."""
    return Checker.from_file("imgpolicy.toml")


@csrf_exempt  # of this example alone: a form of a site has its token
@require_POST
def upload(request: HttpRequest) -> JsonResponse:
    """Keep the picture, or say that it may not be posted; whatever goes wrong is an error, and no go."""
    report = checker().check(request.FILES["picture"].file, POSTING)
    if report.verdict is not Verdict.GO:
        return JsonResponse({"detail": f"this picture may not be posted as it is: {report.verdict.word}"}, status=422)
    return JsonResponse({"kept": report.picture.sha256}, status=201)


urlpatterns = [path("pictures", upload)]
if not settings.configured:
    settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], SECRET_KEY="of this example alone")
application = get_wsgi_application()

if __name__ == "__main__":
    execute_from_command_line(sys.argv)
