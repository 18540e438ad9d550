# An MES that takes reports by webhook, after docs/reports.md: verifies, counts each report once, answers.
# webhook-receiver.py PORT SECRET [FAILURES]: the first FAILURES requests are answered with 503.
import base64
import hashlib
import hmac
import json
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

port, secret = int(sys.argv[1]), sys.argv[2]
failures = int(sys.argv[3]) if len(sys.argv) > 3 else 0
key = base64.b64decode(secret[6:]) if secret.startswith("whsec_") else secret.encode()
seen = set()


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        global failures
        body = self.rfile.read(int(self.headers["content-length"]))
        signed = f"{self.headers['webhook-id']}.{self.headers['webhook-timestamp']}.".encode() + body
        expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        fresh = abs(time.time() - int(self.headers["webhook-timestamp"])) < 300
        if not (fresh and hmac.compare_digest(expected, self.headers["webhook-signature"])):
            return self.answer(401)
        if failures > 0:
            failures -= 1
            return self.answer(503)
        report = json.loads(body)
        if report["reportId"] not in seen:
            seen.add(report["reportId"])
            print(json.dumps({key: report[key] for key in ("reportId", "reportNo", "kind", "inspectionId")}), flush=True)
        self.answer(422 if report["serial"] == "refuse-me" else 204)

    def answer(self, status):
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


HTTPServer(("127.0.0.1", port), Receiver).serve_forever()
