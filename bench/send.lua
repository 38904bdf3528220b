-- One and the same request, with a body: METHOD, BODY, TYPE and TOKEN in the environment.
wrk.method = os.getenv("METHOD")
wrk.body = os.getenv("BODY")
wrk.headers["Content-Type"] = os.getenv("TYPE")
local token = os.getenv("TOKEN")
if token then wrk.headers["Authorization"] = "Bearer " .. token end
