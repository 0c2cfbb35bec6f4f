#!/usr/bin/env python3
"""A driver that answers each request for a session as chromedriver does when the browser is of another version."""
import http.server, json
class Driver(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def answer(self):
        self.rfile.read(int(self.headers.get("content-length") or 0))
        body = json.dumps({"value": {"error": "session not created", "stacktrace": "#0 0x55d5", "message":
            "session not created: This version of ChromeDriver only supports Chrome version 140\n"
            "Current browser version is 156.0.8078.108 with binary path /usr/bin/chromium"}}).encode()
        self.send_response(500)
        self.send_header("content-type", "application/json; charset=utf-8")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    do_GET = do_POST = do_DELETE = answer
    def log_message(self, *_): pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Driver)
print(f"ChromeDriver was started successfully on port {server.server_port}.", flush=True)
server.serve_forever()
