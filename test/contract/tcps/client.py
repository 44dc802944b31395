"""Connects over TLS with python-oracledb (thin): one JSON object on stdin, one JSON object of findings on stdout."""

import json
import sys

import oracledb

given = json.load(sys.stdin)


def connect(host):
    return oracledb.connect(
        user=given["user"],
        password=given["password"],
        dsn=f"tcps://{host}:{given['port']}/{given['service']}",
        wallet_location=given["wallet"],
    )


found = {"thin": oracledb.is_thin_mode()}
with connect("localhost") as connection:
    found["rows"] = len(connection.cursor().execute("select /* many */ :n from t", [3]).fetchall())
try:
    connect("127.0.0.1").close()
    found["other_name"] = "connected"
except oracledb.Error as error:
    found["other_name"] = str(error)
print(json.dumps(found))
