"""Apache Spark, for bases that outgrow one machine; an optional extra, imported only when it is asked for."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from importlib import import_module
from typing import Any

from sqlglot import exp

from app.services.simulating.bases import Row
from journeys.conditions.sql import DIALECTS


class SparkBase:
    """Spark, in the process of this machine or wherever the session leads."""

    dialect = DIALECTS["spark"]

    def __init__(self, session: Any) -> None:
        self.session = session

    def put(self, table: str, types: Mapping[str, str], rows: Iterable[Row]) -> None:
        schema = ", ".join(
            exp.ColumnDef(this=exp.to_identifier(name, quoted=True), kind=exp.DataType.build(kind)).sql("spark")
            for name, kind in types.items()
        )
        self.session.createDataFrame([tuple(row) for row in rows], schema).cache().createOrReplaceTempView(table)

    def ask(self, query: exp.Query) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self.session.sql(query.sql(dialect=self.dialect.name)).collect()]


def spark_base() -> AbstractContextManager[SparkBase]:
    """Spark for some questions.  Raises: ImportError when it is not installed, or there is no Java."""
    sessions = import_module("pyspark.sql").SparkSession  # an extra: what is not installed is not named above
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        raise ImportError("Spark needs Java 17")
    return _opened(sessions)


@contextmanager
def _opened(sessions: Any) -> Iterator[SparkBase]:
    with tempfile.TemporaryDirectory(prefix="fanfare-spark-") as folder:
        builder = sessions.builder.master("local[2]").appName("fanfare").config("spark.ui.enabled", "false")
        builder = builder.config("spark.ui.showConsoleProgress", "false")
        builder = builder.config("spark.sql.shuffle.partitions", "2").config("spark.sql.warehouse.dir", folder)
        session = builder.config("spark.driver.bindAddress", "127.0.0.1").getOrCreate()
        session.sparkContext.setLogLevel("ERROR")
        try:
            yield SparkBase(session)
        finally:
            session.stop()
