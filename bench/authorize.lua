-- Authorization requests whose consent was given before: every answer is a redirect with a code.
-- CODES names where the codes go: one file a thread, `<CODES>.<number>`.
local threads = 0

function setup(thread)
   thread:set("number", threads)
   threads = threads + 1
end

function init(args)
   out = io.open(os.getenv("CODES") .. "." .. number, "w")
   wrk.headers["Cookie"] = os.getenv("COOKIE")
end

function response(status, headers, body)
   local code = (headers["location"] or headers["Location"] or ""):match("[?&]code=([^&#]+)")
   if code then
      out:write(code, "\n")
      out:flush()
   end
end
