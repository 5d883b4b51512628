"""The Chalice application: registers the blueprints of every domain, nothing else."""

import gc

from chalicelib.accounts.authentication import authenticate
from chalicelib.accounts.routes_access_tokens import routes as access_tokens
from chalicelib.accounts.routes_auth import routes as auth
from chalicelib.accounts.routes_users import routes as users
from chalicelib.activity.routes import routes as activity
from chalicelib.annotations.history.routes_jobs import routes as job_history
from chalicelib.annotations.history.routes_tasks import routes as task_history
from chalicelib.annotations.routes_jobs import routes as job_annotations
from chalicelib.annotations.routes_tasks import routes as task_annotations
from chalicelib.annotations.statistics.routes import jobs as job_statistics
from chalicelib.annotations.statistics.routes import tasks as task_statistics
from chalicelib.backups.routes import routes as backups
from chalicelib.formats.routes import routes as formats
from chalicelib.media.routes import routes as media
from chalicelib.media.storages.routes import routes as cloud_storages
from chalicelib.platform.http import App, set_authenticator
from chalicelib.projects.routes_jobs import routes as jobs
from chalicelib.projects.routes_labels import routes as labels
from chalicelib.projects.routes_projects import routes as projects
from chalicelib.projects.routes_tasks import routes as tasks
from chalicelib.projects.trash.routes import routes as trash
from chalicelib.server.routes import routes as server

app = App(app_name="skylabel")
app.api.binary_types += ["multipart/form-data", "application/offset+octet-stream"]
set_authenticator(authenticate)
for blueprint in (
    server, auth, access_tokens, users, activity, projects, tasks, jobs, labels, media,
    cloud_storages, job_annotations, task_annotations, formats, backups, trash, job_history,
    task_history, job_statistics, task_statistics,
):  # fmt: skip
    app.register_blueprint(blueprint)

# Modules live as long as the process. Left to the garbage collector, their 300,000 objects are
# looked through again, for 90 ms, whenever a large document is read.
gc.freeze()
