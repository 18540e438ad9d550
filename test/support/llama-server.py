# llama.cpp's own server with the tiny reviewer, from PyPI (xllamacpp). llama-server.py MODEL MMPROJ PORT
# The model was trained on 512 tokens and the question to a real reviewer is longer: a copy says that it reads more. What it
# answers is worth nothing; that it is asked and heard rightly is what is looked at.
import struct
import sys
import tempfile
import time

import xllamacpp

model, mmproj, port = sys.argv[1], sys.argv[2], int(sys.argv[3])
content = bytearray(open(model, "rb").read())
key = b".context_length"
at = content.index(key) + len(key)
kind, length = struct.unpack_from("<II", content, at)
assert (kind, length) == (4, 512), (kind, length)
struct.pack_into("<I", content, at + 4, 8192)
copy = tempfile.NamedTemporaryFile(suffix=".gguf")
copy.write(content)
copy.flush()

params = xllamacpp.CommonParams()
params.model.path = copy.name
params.mmproj.path = mmproj
params.mmproj_use_gpu = False
params.n_gpu_layers = 0
params.n_ctx = 8192
params.n_parallel = 1
params.cpuparams.n_threads = 1
params.hostnames = ["127.0.0.1"]
params.port = port
params.model_alias = {"inspector-v1"}
params.use_jinja = True
params.warmup = False
server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
while True:
    time.sleep(1)
