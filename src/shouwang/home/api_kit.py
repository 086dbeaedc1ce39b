"""The endpoint kit of `/api/v1`: the API object, its types, and how objects are written."""

# No deferred annotations here: the endpoint kit reads the types of wrapped functions as they stand.
from typing import Annotated

from ninja import Path, Query, Schema
from pydantic import Field

from shouwang.accounts.tokens import TokenAuth
from shouwang.api.problems import ProblemAPI, add_problems

api = ProblemAPI(title="守望 Shouwang", version="1", urls_namespace="api", auth=TokenAuth(), docs_url=None)
add_problems(api)
Id = Annotated[int, Path(ge=1, le=2**63 - 1)]
After = Annotated[str, Query(pattern=r"^[0-9.]{0,40}$")]
Area = Annotated[str, Query(pattern=r"^[0-9]{0,12}$")]
Word = Annotated[str, Query(pattern=r"^[a-zA-Z0-9_]{0,20}$")]


class Reason(Schema):
    """Why."""

    reason: Annotated[str, Field(max_length=200)]


def next_key(query: str) -> str:
    """The key of the next page out of a query string."""
    return query.partition("after=")[2]
