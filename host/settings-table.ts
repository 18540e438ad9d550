/** Every environment variable that some Hairline process reads; docs/configuration.md lists the same, pinned by a test. */
export const settingsTable = {
  HAIRLINE_DATA_DIR: 'folder for everything kept on disk (default ./.hairline)',
  HAIRLINE_LOG_LEVEL: 'trace, debug, info, warn, error (default info)',
  HAIRLINE_DATABASE_URL: 'PostgreSQL of the store; unset: embedded',
  HAIRLINE_MQTT_URL: 'MQTT broker; unset: embedded',
  HAIRLINE_MQTT_USER: 'user name at the broker; unset: none, or the one in the URL',
  HAIRLINE_MQTT_PASSWORD: 'password of that user',
  HAIRLINE_MQTT_CA:
    'PEM file of the authority that signed the certificate of the broker; unset: those that Node trusts',
  HAIRLINE_MQTT_CERTIFICATE: 'PEM file of the certificate that this process shows the broker; goes with mqtts://',
  HAIRLINE_MQTT_KEY: 'PEM file of the private key of that certificate',
  HAIRLINE_HTTP_HOST: 'address the dashboard listens on (default 127.0.0.1)',
  HAIRLINE_HTTP_NAMES: 'further host names the dashboard is reached by, e.g. that of a TLS proxy; separated by commas',
  HAIRLINE_HTTP_PORT: 'port of the dashboard (default 8080; the next free one is taken if it is in use)',
  HAIRLINE_HTTP_PROXIES:
    'addresses of TLS proxies before the dashboard (10.0.0.7 or 10.0.0.0/24, separated by commas); what they say in X-Forwarded-For is taken for the address of who asks',
  HAIRLINE_HMI_ANONYMOUS_ROLE: 'what the dashboard lets anybody do who has not signed in: viewer (default) or none',
  HAIRLINE_API_TOKEN: 'token of programs that read from the dashboard, as its role viewer; unset: none',
  HAIRLINE_EDGE_URLS: 'edge nodes for dashboard and store: STATION=URL, separated by commas',
  HAIRLINE_EVIDENCE_DIR:
    'folder in which the store keeps images and the dashboard reads them; unset: they stay at the edge nodes',
  HAIRLINE_EVIDENCE_GIB: 'size of that folder, in GiB (default 100); when it is full, the oldest whole frames go first',
  HAIRLINE_SITE: 'site of this plant in topics (default demo)',
  HAIRLINE_LINE: 'line of this plant in topics (default line1)',
  HAIRLINE_STATION_ID: 'station of this edge node',
  HAIRLINE_OPCUA_URL: 'OPC UA endpoint of the station',
  HAIRLINE_OPCUA_SECURITY:
    'security of the channel to the station: Basic256Sha256 (default), Aes128_Sha256_RsaOaep, Aes256_Sha256_RsaPss; None: open to everybody',
  HAIRLINE_OPCUA_USER: 'user name at the station; unset: none',
  HAIRLINE_OPCUA_PASSWORD: 'password of that user',
  HAIRLINE_OPCUA_USER_CERTIFICATE: 'PEM file of an X.509 user at the station, in place of a name',
  HAIRLINE_OPCUA_USER_KEY: 'PEM file of the private key of that user',
  HAIRLINE_CAMERA_FILE: 'file that says which nodes are the camera (docs/opcua.md); unset: the camera of the station',
  HAIRLINE_EDGE_HOST: 'address of the small HTTP face of the edge node (default 127.0.0.1)',
  HAIRLINE_EDGE_PORT: 'port of the small HTTP face of the edge node (0 = any free one)',
  HAIRLINE_EDGE_MACHINE_VISION_PORT:
    'port of the OPC 40100-1 server of the edge node, on the address of its HTTP face (0 = any free one; unset: none)',
  HAIRLINE_RECIPE_DIR: 'folder with recipe files (default: the recipes shipped with Hairline)',
  HAIRLINE_RECIPE_KEY:
    'from 24 characters, the same at the store and at edge nodes: recipes that two people approved at the dashboard reach these edge nodes, signed with it; unset: folders alone count',
  HAIRLINE_GOLDEN_DIR: 'folder with golden samples: PRODUCT/VIEW.png',
  HAIRLINE_MODEL_DIR: 'folder with models (default: the models shipped with Hairline)',
  HAIRLINE_VLM_BASE_URL: 'OpenAI-compatible server of the reviewer, e.g. http://gpu-host:8000/v1',
  HAIRLINE_VLM_MODEL: 'name under which the server offers the reviewer model',
  HAIRLINE_VLM_API_KEY: 'key sent to the reviewer server',
  HAIRLINE_VLM_PROFILE:
    'dialect and coordinates of the reviewer: vllm/qwen2.5, vllm/qwen3, llama-server/qwen2.5, embedded/qwen2.5',
  HAIRLINE_VLM_SERVICE_FILE: 'which reviewer is in service, as qualified (default: reviewer.json in the data folder)',
  HAIRLINE_VLM_AT_ONCE: 'questions of this edge node that the server works on at once (default: 8, embedded 1)',
  HAIRLINE_MES_NAMESPACE:
    'first levels of the report topic: enterprise/site/area/line (default hairline/demo/area1/line1)',
  HAIRLINE_MES_WEBHOOK_URL: 'address that gets each report as a signed POST request; unset: none',
  HAIRLINE_MES_WEBHOOK_SECRET: 'key of the signature: whsec_ and base64, or any text from 24 characters',
  HAIRLINE_MES_SPARKPLUG_GROUP: 'Sparkplug group id; unset: no Sparkplug',
  HAIRLINE_MES_SPARKPLUG_NODE: 'Sparkplug edge node id, goes with the group id',
  HAIRLINE_MES_SPARKPLUG_HOST: 'Sparkplug host id of the primary host that data wait for; unset: they wait for nobody',
} as const;
