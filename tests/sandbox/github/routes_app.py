"""The App's own endpoints: itself, its installation, tokens, its hook deliveries; and the rate limit."""

from tests.sandbox.github import show
from tests.sandbox.github.auth import check_active, mint
from tests.sandbox.github.call import Answer, Call, Routes
from tests.sandbox.github.errors import ApiError, not_found
from tests.sandbox.github.models import Delivery
from tests.sandbox.github.webhooks import redeliver, shown_delivery
from tests.sandbox.github.wire import TokenBody

routes = Routes()


@routes.add("GET", "/app", by_app=True)
def get_app(call: Call) -> Answer:
    """The App that signed the JWT."""
    return Answer({**show.app(call.world, call.app), "installations_count": 1})


@routes.add("GET", "/app/installations", by_app=True)
def list_installations(call: Call) -> Answer:
    """The App's installations."""
    numbers = [call.app.installation_id, *call.app.others.values()]
    return call.page(numbers, lambda number: show.installation(call.world, call.app, number))


@routes.add("GET", "/app/installations/<int:installation_id>", by_app=True)
def get_installation(call: Call, installation_id: int) -> Answer:
    """One installation."""
    _own(call, installation_id)
    return Answer(show.installation(call.world, call.app, installation_id))


@routes.add("GET", "{repo}/installation", by_app=True)
def get_repo_installation(call: Call) -> Answer:
    """The installation that covers a repository."""
    return Answer(show.installation(call.world, call.app, call.world.installation_of(call.app, call.repo)))


@routes.add("POST", "/app/installations/<int:installation_id>/access_tokens", by_app=True)
def create_token(call: Call, installation_id: int) -> Answer:
    """A token, scoped as asked."""
    _own(call, installation_id)
    check_active(call.app)
    body = call.body(TokenBody)
    token = mint(
        call.world,
        call.app,
        body.permissions or None,
        body.repositories,
        ids=body.repository_ids,
        installation_id=installation_id,
    )
    answer: show.Shown = {
        "token": token.value,
        "expires_at": show.stamp(token.expires_at),
        "permissions": token.permissions,
        "repository_selection": "all" if token.repositories is None else "selected",
    }

    if token.repositories is not None:
        repos = call.world.reached(call.app, token)
        answer["repositories"] = [show.repository(call.world, repo) for repo in repos]

    return Answer(answer, 201)


def _own(call: Call, installation_id: int) -> None:
    if installation_id not in {call.app.installation_id, *call.app.others.values()}:
        raise not_found()


@routes.add("GET", "/installation/repositories", "metadata:read")
def list_repositories(call: Call) -> Answer:
    """The repositories that the token reaches."""
    repos = call.world.reached(call.app, call.caller.token)
    return call.page(repos, lambda repo: show.repository(call.world, repo), wrap="repositories")


@routes.add("GET", "/rate_limit")
def rate_limit(call: Call) -> Answer:
    """How the caller stands. Costs nothing."""
    shown: show.Shown = {}
    for resource in ("core", "graphql", "search"):
        standing = call.world.limiter.standing(call.caller.key, resource, call.world.seconds())
        rest = {"limit": standing.limit, "used": standing.used, "remaining": standing.remaining}
        shown[resource] = {**rest, "reset": standing.reset}
    return Answer({"resources": shown, "rate": shown["core"]})


@routes.add("GET", "/app/hook/deliveries", by_app=True)
def list_deliveries(call: Call) -> Answer:
    """The hook log, newest first; `cursor` is the id below which the page begins."""
    rows = sorted(call.world.deliveries, key=lambda delivery: delivery.id, reverse=True)
    rows = [delivery for delivery in rows if call.query.get("status") in {None, _outcome(delivery)}]
    cursor = call.query.get("cursor", "")
    if cursor:
        if not cursor.removeprefix("v1_").isdecimal():
            raise ApiError(422, "Invalid cursor")
        rows = [delivery for delivery in rows if delivery.id < int(cursor.removeprefix("v1_"))]

    size = call.number("per_page", 30, 100)
    headers: dict[str, str] = {}

    if len(rows) > size:
        link = f"{call.base}?per_page={size}&cursor=v1_{rows[size - 1].id}"
        headers = {"Link": f'<{link}>; rel="next"'}

    return Answer([shown_delivery(delivery) for delivery in rows[:size]], headers=headers)


def _outcome(delivery: Delivery) -> str:
    return "success" if 200 <= delivery.status_code < 400 else "failure"


@routes.add("GET", "/app/hook/deliveries/<int:delivery_id>", by_app=True)
def get_delivery(call: Call, delivery_id: int) -> Answer:
    """One delivery with what was sent and answered."""
    return Answer(shown_delivery(_delivery(call, delivery_id), full=True))


@routes.add("POST", "/app/hook/deliveries/<int:delivery_id>/attempts", by_app=True)
def redeliver_delivery(call: Call, delivery_id: int) -> Answer:
    """Send the delivery again, under the same GUID. GitHub does so only when asked."""
    redeliver(call.world, call.app, _delivery(call, delivery_id))
    return Answer({}, 202)


def _delivery(call: Call, delivery_id: int) -> Delivery:
    found = next((delivery for delivery in call.world.deliveries if delivery.id == delivery_id), None)
    if found is None:
        raise not_found()
    return found
