"""The peer: dlt reads the same list into a merge table. Run inside its own environment.

python dlt_run.py PORT duckdb|sqlite FOLDER
"""

import os
import shutil
import sys

port, kind, folder = sys.argv[1:4]
shutil.rmtree(folder, ignore_errors=True)
os.makedirs(folder)
os.environ.update(
    RUNTIME__DLTHUB_TELEMETRY="false",
    RUNTIME__LOG_LEVEL="WARNING",
    DLT_DATA_DIR=folder,
    HOME=folder,
    DLT_PROJECT_DIR=folder,
)

import dlt  # noqa: E402
from dlt.sources.rest_api import rest_api_source  # noqa: E402

source = rest_api_source(
    {
        "client": {"base_url": f"http://127.0.0.1:{port}", "paginator": {"type": "header_link"}},
        "resource_defaults": {"primary_key": "id", "write_disposition": "merge"},
        "resources": [{"name": "candidates", "endpoint": {"path": "/v3/candidates", "params": {"per_page": 500}}}],
    },
    name="ats",
)
source.max_table_nesting = 0
where = (
    dlt.destinations.duckdb(f"{folder}/t.duckdb")
    if kind == "duckdb"
    else dlt.destinations.sqlalchemy(f"sqlite:///{folder}/t.db")
)
pipeline = dlt.pipeline("ats", destination=where, dataset_name="ats", pipelines_dir=f"{folder}/p")
# Parquet is dlt's fastest way into DuckDB.
pipeline.run(source, loader_file_format="parquet" if kind == "duckdb" else None)
print(pipeline.last_trace.last_normalize_info.row_counts.get("candidates"))
