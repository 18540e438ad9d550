"""A camera on asyncua, an OPC UA server that is not ours: counter, image and slots. Told what to do on standard input.

asyncua-camera.py PORT FOLDER      makes its key and its certificate asyncua.der in FOLDER
  shoot BYTES    one frame of so many bytes, with its number in the first four
"""

import asyncio
import sys
from datetime import datetime, timezone
from pathlib import Path

from asyncua import Server, ua
from asyncua.crypto.cert_gen import setup_self_signed_certificate
from cryptography.x509.oid import ExtendedKeyUsageOID

SLOTS = 4
URI = "urn:asyncua:camera"


async def main() -> None:
    port, folder = int(sys.argv[1]), Path(sys.argv[2])
    server = Server()
    await server.init()
    server.set_endpoint(f"opc.tcp://127.0.0.1:{port}/")
    await server.set_application_uri(URI)
    server.set_security_policy(
        [ua.SecurityPolicyType.NoSecurity, ua.SecurityPolicyType.Basic256Sha256_SignAndEncrypt]
    )
    use = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    names = {"commonName": "asyncua", "organizationName": "test"}
    await setup_self_signed_certificate(
        folder / "asyncua.pem", folder / "asyncua.der", URI, "127.0.0.1", use, names
    )
    await server.load_certificate(str(folder / "asyncua.der"))
    await server.load_private_key(str(folder / "asyncua.pem"))
    space = await server.register_namespace("urn:camera")
    camera = await server.nodes.objects.add_object(space, "Camera")
    counter = await add(camera, space, "Count", ua.Variant(0, ua.VariantType.UInt32))
    image = await add(camera, space, "Image", ua.Variant(b"", ua.VariantType.ByteString))
    slots = [await add(camera, space, f"Slot{n}", ua.Variant(b"", ua.VariantType.ByteString)) for n in range(SLOTS)]
    async with server:
        print(f"ready {space}", flush=True)
        await obey(counter, image, slots)


async def add(camera, space: int, name: str, value: ua.Variant):
    return await camera.add_variable(ua.NodeId(f"Camera.{name}", space), name, value)


async def obey(counter, image, slots) -> None:
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    count = 0
    while line := await lines.readline():
        count += 1
        picture = count.to_bytes(4, "little") + bytes([count % 251]) * (int(line.split()[1]) - 4)
        for node in (image, slots[count % SLOTS]):
            await write(node, ua.Variant(picture, ua.VariantType.ByteString))
        await asyncio.sleep(0.002)
        await write(counter, ua.Variant(count, ua.VariantType.UInt32))
        print(f"shot {count}", flush=True)


async def write(node, value: ua.Variant) -> None:
    await node.write_value(ua.DataValue(value, SourceTimestamp=datetime.now(timezone.utc)))


asyncio.run(main())
