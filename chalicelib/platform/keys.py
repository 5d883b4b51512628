"""Keys of the one table, each with the access pattern that it serves.

Primary key: `pk` + `sk`. Indexes (KEYS_ONLY, sparse, sorted by `num`): `by_kind`, `by_owner`,
`by_assignee`, `by_parent`. Index reads are eventually consistent: they serve lists only. Whatever
a client reads right after writing it (a task's jobs, a parent's labels) shares a partition with
its parent and is read consistently.

| pk | sk | record | read by |
|---|---|---|---|
| COUNTER#<kind> | META | last integer id given out | id allocation |
| USER#<id> | META | user | id; `by_kind` user |
| USERNAME#<lower name> | META | pointer to the user | sign-in, uniqueness |
| EMAIL#<lower e-mail> | META | pointer to the user | sign-in by e-mail, uniqueness |
| SESSION#<sha-256> | META | login (TTL) | cookie, and the login key it is derived from |
| TOKEN#<sha-256> | META | access token | Bearer authentication |
| USER#<id> | TOKEN#<id> | digest of one of the user's access tokens | the user's own list |
| THROTTLE#<what> | <window> | attempts (TTL) | sign-in, anonymous access |
| PROJECT#<id> | META | project | id; lists by kind, owner, assignee |
| TASK#<id> | META | task | id; lists by kind, owner, assignee, parent project |
| TASK#<id> | JOB#<id> | job | a task's jobs; lists by kind, owner (of task), assignee, project |
| JOB#<id> | META | pointer to the task | job by id |
| PROJECT#<id>, TASK#<id> | LABELS | every label of the parent, compressed | a parent's labels |
| LABEL#<id> | META | pointer to the parent | label by id |
| ANN#<job> | HEAD, REV#<n>, REV#<n>+BASE, IDEM#<user>#<key> | revision log of a job | annotations |
| UPLOAD#<file id> | META, PIECE#<offset> | resumable upload | TUS |
| MEDIA#<task> | PLAN, FILES#<time> | uploaded files until indexed (TTL) | ingest |
| STORAGE#<id> | META | cloud storage | id; lists by kind, owner |
| REQUEST#<id> | META | background request | id; lists by owner |
| RESTORE#<attempt> | META | how far a backup is restored (TTL) | the worker that does it |
| TRASH#<pk> | META | deleted project or task | id; lists by kind, owner, project, unfinished |
| TRASH#PROJECT#<id> | TASK#<id> | task of a deleted project | the project's restoration |
| UPKEEP | META | where the daily round through all annotations is | the sweep |
| MOVED#<pk> | META | whose jobs and annotations must follow a change | `by_kind` moved |
"""

META = "META"
LABELS = "LABELS"
#: Value of `by_parent` of what is on its way into the trash or out of it.
UNFINISHED_TRASH = "trash@unfinished"


def counter(kind: str) -> str:
    return f"COUNTER#{kind}"


def user(user_id: int) -> str:
    return f"USER#{user_id}"


def username(name: str) -> str:
    return f"USERNAME#{name.lower()}"


def email(address: str) -> str:
    return f"EMAIL#{address.lower()}"


def session(digest: str) -> str:
    return f"SESSION#{digest}"


def token(digest: str) -> str:
    return f"TOKEN#{digest}"


def throttle(what: str) -> str:
    return f"THROTTLE#{what}"


def project(project_id: int) -> str:
    return f"PROJECT#{project_id}"


def task(task_id: int) -> str:
    return f"TASK#{task_id}"


def job(job_id: int) -> str:
    return f"JOB#{job_id}"


def label(label_id: int) -> str:
    return f"LABEL#{label_id}"


def annotations(job_id: int) -> str:
    return f"ANN#{job_id}"


def upload(file_id: str) -> str:
    return f"UPLOAD#{file_id}"


def media(task_id: int) -> str:
    return f"MEDIA#{task_id}"


def storage(storage_id: int) -> str:
    return f"STORAGE#{storage_id}"


def request(request_id: str) -> str:
    return f"REQUEST#{request_id}"


def restore(attempt: str) -> str:
    """How far the restoration of a backup is, by the attempt of its request."""
    return f"RESTORE#{attempt}"


def trash(pk: str) -> str:
    """Where the record of what was deleted is kept that stood under `pk`."""
    return f"TRASH#{pk}"


def upkeep() -> str:
    return "UPKEEP"


def moved(pk: str) -> str:
    """The note that what is below `pk` must follow a change of it."""
    return f"MOVED#{pk}"


def kind_of(kind: str) -> str:
    """Value of `by_kind`: every record of a kind."""
    return kind


def owned(kind: str, user_id: int) -> str:
    """Value of `by_owner` and `by_assignee`: records of a kind that belong to a user."""
    return f"{kind}#{user_id}"


def child_of(kind: str, parent: str) -> str:
    """Value of `by_parent`: records of a kind below a parent, e.g. `task@PROJECT#7`."""
    return f"{kind}@{parent}"
