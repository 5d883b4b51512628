"""The Chalice application: registers the blueprints of every domain, nothing else."""

from chalicelib.accounts.authentication import authenticate
from chalicelib.accounts.routes import routes as accounts
from chalicelib.activity.routes import routes as activity
from chalicelib.annotations.routes import routes as annotations
from chalicelib.formats.routes import routes as formats
from chalicelib.media.routes import routes as media
from chalicelib.projects.routes import routes as projects

from chalicelib.platform.http import App, set_authenticator
from chalicelib.server.routes import routes as server

app = App(app_name="skylabel")
app.api.binary_types += ["multipart/form-data", "application/offset+octet-stream"]
set_authenticator(authenticate)
for blueprint in (server, accounts, activity, projects, media, annotations, formats):
    app.register_blueprint(blueprint)
