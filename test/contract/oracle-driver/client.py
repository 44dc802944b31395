"""Drives the server with python-oracledb (thin): one JSON object on stdin, one JSON object of findings on stdout."""

import datetime
import decimal
import json
import sys
import threading
import time

import oracledb

given = json.load(sys.stdin)
dsn = f"127.0.0.1:{given['port']}/{given['service']}"
found = {"driver": oracledb.__version__, "thin": oracledb.is_thin_mode()}


def refused(**changes):
    arguments = {"user": given["user"], "password": given["password"], "dsn": dsn, **changes}
    try:
        oracledb.connect(**arguments).close()
        return "connected"
    except oracledb.Error as error:
        return str(error)


def error_of(action):
    try:
        action()
        return None
    except oracledb.Error as error:
        (detail,) = error.args
        return {"code": detail.full_code, "offset": detail.offset, "message": detail.message}


found["wrong_password"] = refused(password="nope")
found["unknown_user"] = refused(user="nobody")
found["locked"] = refused(user="adams", password="wood")
found["unknown_service"] = refused(dsn=f"127.0.0.1:{given['port']}/NOPE")

connection = oracledb.connect(user=given["user"], password=given["password"], dsn=dsn)
connection.module = "seedbed"
connection.ping()
found["version"] = connection.version
cursor = connection.cursor()

stamp = datetime.datetime(2026, 1, 2, 3, 4, 5, 678000)
values = {"v": "héllo € 😀", "n": decimal.Decimal("-12345.6789"), "ts": stamp, "r": b"\xbe\xef", "nil": None}
cursor.setinputsizes(ts=oracledb.DB_TYPE_TIMESTAMP)
cursor.execute("select /* echo */ :v, :n, :ts, :r, :nil from dual", values)
text, number, _, moment, raw, nil = cursor.fetchone()
found["types"] = [text == values["v"], number == float(values["n"]), moment == stamp, raw == values["r"], nil is None]

cursor.arraysize = 300
rows = cursor.execute("select /* many */ :n from t", [3000]).fetchall()
found["rows"] = [len(rows), [row[0] for row in rows] == list(range(1, 3001))]

lobs = cursor.execute("select /* clobs */ 1 from t").fetchall()
found["clobs"] = [lob.read() if lob is not None else None for _, lob in lobs] == ["small", "ž😀" * 30000, None]
oracledb.defaults.fetch_lobs = False
texts = connection.cursor().execute("select /* clobs */ 2 from t").fetchall()
found["clob_texts"] = [text for _, text in texts] == ["small", "ž😀" * 30000, None]

result, count = cursor.var(str, 200), cursor.var(int)
found["out"] = []
for index in range(3):
    count.setvalue(0, 40 + index)
    cursor.execute("begin /* copy */ p(:a, :b, :res, :cnt); end;", a="x", b=index, res=result, cnt=count)
    found["out"].append([result.getvalue(), count.getvalue()])

long_text = cursor.var(str, 32767)
cursor.execute("begin /* fill */ :t := lpad(:n); end;", t=long_text, n=16383)
found["long_out"] = long_text.getvalue() == "é" * 16383
length = cursor.var(int)
# Some of these fill their packets to the last byte: the server must see where such a request ends.
found["long_in"] = True
for size in [*range(300, 700), 32767]:
    cursor.execute("begin /* length */ :n := length(:t); end;", t="i" * size, n=length)
    found["long_in"] = found["long_in"] and length.getvalue() == size
clob = cursor.var(oracledb.DB_TYPE_CLOB)
clob.setvalue(0, connection.createlob(oracledb.DB_TYPE_CLOB, "q😀" * 40000))
cursor.execute("begin /* clob */ p(:c); end;", c=clob)
found["clob_out"] = clob.getvalue().read() == "got 120000 " + "k😀" * 20000

found["missing"] = error_of(lambda: cursor.execute("select /* missing */ 1 from no_such"))
found["boom"] = error_of(lambda: cursor.execute("begin /* boom */ null; end;"))
cursor.execute("insert /* insert */ into t values (:1, :2)", [1, "x"])
found["inserted"] = [cursor.rowcount, connection.transaction_in_progress]
connection.commit()
found["committed"] = connection.transaction_in_progress

connection.call_timeout = 150
found["timeout"] = error_of(lambda: cursor.execute("begin /* sleep */ null; end;"))
connection.call_timeout = 0
found["after_timeout"] = len(cursor.execute("select /* many */ :n from t", [11]).fetchall())


def cancel():
    time.sleep(0.15)
    connection.cancel()


canceller = threading.Thread(target=cancel)
canceller.start()
found["cancelled"] = error_of(lambda: cursor.execute("begin /* sleep */ null; end;"))
canceller.join()
found["after_cancel"] = len(cursor.execute("select /* many */ :n from t", [12]).fetchall())

connection.close()
json.dump(found, sys.stdout)
