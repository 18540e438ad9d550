# A client of a vision server of OPC 40100-1, on asyncua: an implementation that shares nothing with the server's.
# vision-client.py URL PKI APPLICATION_URI SERVER_CERTIFICATE RECIPE: walks the address space, prepares the recipe, starts a
# job, waits for its result and fetches it. Says what it saw as one JSON line.
import asyncio
import json
import logging
import sys

from asyncua import Client, ua
from asyncua.crypto.security_policies import SecurityPolicyBasic256Sha256

logging.getLogger("asyncua").setLevel(logging.WARNING)
url, pki, application_uri, server_certificate, recipe_id = sys.argv[1:6]
machine_vision = "http://opcfoundation.org/UA/MachineVision"


class Events:
    def __init__(self):
        self.ready = asyncio.Queue()

    def event_notification(self, event):
        self.ready.put_nowait(event)


async def walk(node, depth=0):
    """Browse names below a node, as a tree."""
    if depth > 6:
        return {}
    return {(await child.read_browse_name()).Name: await walk(child, depth + 1) for child in await node.get_children()}


async def main():
    # Its own watch over the connection gives up after a second without an answer: too soon on a busy machine.
    client = Client(url, timeout=60, watchdog_intervall=30)
    client.application_uri = application_uri
    await client.set_security(
        SecurityPolicyBasic256Sha256,
        certificate=f"{pki}/own/certs/certificate.pem",
        private_key=f"{pki}/own/private/private_key.pem",
        server_certificate=server_certificate,
    )
    async with client:
        mv = await client.get_namespace_index(machine_vision)
        # asyncua takes the standard's later type of this name for that of the companion specification.
        ua.register_basetype("TrimmedString", ua.NodeId(3017, mv), ua.String)
        await client.load_data_type_definitions()
        edge = await client.get_namespace_index("urn:hairline:edge")
        system = await client.nodes.objects.get_child(f"{edge}:VisionSystem")
        told = {"type": (await client.get_node(await system.read_type_definition()).read_browse_name()).Name}
        told["tree"] = await walk(system)

        def name(text):
            return f"{mv}:{text}"

        machine = await system.get_child(name("VisionStateMachine"))
        automatic = await machine.get_child(name("AutomaticModeStateMachine"))
        recipes = await system.get_child(name("RecipeManagement"))
        results = await system.get_child(name("ResultManagement"))

        async def state(of):
            return (await (await of.get_child("0:CurrentState")).read_value()).Text

        for _ in range(600):
            told["states"] = [await state(machine)]
            if told["states"] == ["Preoperational"]:
                break
            await asyncio.sleep(0.1)

        events = Events()
        subscription = await client.create_subscription(50, events)
        ready_type = await client.nodes.base_event_type.get_child(name("ResultReadyEventType"))
        await subscription.subscribe_events(system, ready_type)

        told["select"] = await machine.call_method(name("SelectModeAutomatic"))
        told["states"].append(await state(automatic))
        any_product = ua.ProductIdDataType(Id="")
        listed = await recipes.call_method(
            name("GetRecipeListFiltered"),
            ua.RecipeIdExternalDataType(Id=""),
            any_product,
            ua.Variant(2, ua.VariantType.Int32),
            ua.Variant(0, ua.VariantType.UInt32),
            ua.Variant(0, ua.VariantType.UInt32),
            ua.Variant(0, ua.VariantType.Int32),
        )
        told["recipes"] = [recipe.Id for recipe in listed[3]]
        asked = ua.RecipeIdExternalDataType(Id=recipe_id)
        prepared = await recipes.call_method(name("PrepareRecipe"), asked, ua.RecipeIdInternalDataType(Id=""))
        told["prepared"] = {"id": prepared[0].Id, "hash": prepared[0].Hash.hex(), "completed": prepared[1], "error": prepared[2]}
        told["states"].append(await state(automatic))
        job = await automatic.call_method(
            name("StartSingleJob"),
            ua.MeasIdDataType(Id="measurement-1"),
            ua.PartIdDataType(Id=""),
            asked,
            any_product,
            ua.Variant([], ua.VariantType.Variant, is_array=True),
        )
        told["job"] = {"id": job[0].Id, "error": job[1]}
        told["states"].append(await state(automatic))

        while True:
            event = await asyncio.wait_for(events.ready.get(), 240)
            if event.JobId.Id == job[0].Id:
                break
        told["event"] = {
            "resultId": event.ResultId.Id,
            "resultState": event.ResultState,
            "isSimulated": event.IsSimulated,
            "partId": event.PartId.Id,
            "measId": event.MeasId.Id,
            "content": json.loads(event.ResultContent[0].Value if isinstance(event.ResultContent[0], ua.Variant) else event.ResultContent[0]),
        }
        for _ in range(100):
            if await state(automatic) == "Ready":
                break
            await asyncio.sleep(0.1)
        told["states"].append(await state(automatic))

        timeout = ua.Variant(0, ua.VariantType.Int32)
        handle, result, error = await results.call_method(name("GetResultById"), event.ResultId, timeout)
        content = result.ResultContent[0]
        told["result"] = {
            "resultId": result.ResultId.Id,
            "resultState": result.ResultState,
            "recipe": result.InternalRecipeId.Id,
            "error": error,
            "content": json.loads(content.Value if isinstance(content, ua.Variant) else content),
        }
        transfer = await results.get_child(name("ResultTransfer"))
        file_id, file_handle, _ = await transfer.call_method(
            "0:GenerateFileForRead", ua.ResultTransferOptions(Id=event.ResultId)
        )
        file = client.get_node(file_id)
        read = b""
        while chunk := await file.call_method(
            "0:Read", ua.Variant(file_handle, ua.VariantType.UInt32), ua.Variant(65536, ua.VariantType.Int32)
        ):
            read += chunk
        await file.call_method("0:Close", ua.Variant(file_handle, ua.VariantType.UInt32))
        told["file"] = json.loads(read)["inspectionId"]
        print(json.dumps(told))


asyncio.run(main())
