"""Stands in for the application and its migrations until both are there."""

import importlib
import pkgutil
import warnings

from flask import Flask
from sqlalchemy.exc import OperationalError, ProgrammingError

import config
import khuyenhoc
from khuyenhoc.core.database import db, prepare_engine

ROOT = config.ROOT


def create_app(settings: config.Settings) -> Flask:
    """The real application, or when it cannot be imported yet a bare one with a database."""
    try:
        return importlib.import_module("khuyenhoc.application").create_app(settings)
    except ImportError as missing:
        warnings.simplefilter("default")
        print(f"bare application, because: {missing}")
    app = Flask("khuyenhoc", root_path=str(settings.root))
    app.config.update(
        SETTINGS=settings,
        TESTING=True,
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
    )
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
    return app


def create_tables() -> None:
    """Every table of every module that can be imported, and the guards of the database."""
    for module in pkgutil.walk_packages(khuyenhoc.__path__, "khuyenhoc."):
        try:
            importlib.import_module(module.name)
        except ImportError as missing:
            print(f"left out {module.name}: {missing}")
    db.metadata.create_all(db.engine)
    for script in sorted((ROOT / "migrations" / "guards").glob(f"*_{db.engine.dialect.name}.sql")):
        for statement in script.read_text(encoding="utf-8").split("\n--;\n"):
            _guard(statement)


def _guard(statement: str) -> None:
    try:
        with db.engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                statement = statement.replace("%", "%%")
            connection.exec_driver_sql(statement)
    except (OperationalError, ProgrammingError) as missing:
        print(f"left out a guard: {str(missing.orig).splitlines()[0]}")
