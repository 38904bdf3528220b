-- Reports matches over many tournaments. The file named by REPORTS holds one request a line
-- (path, tab, body), so ordered that those of one tournament are far apart: whoever is served out
-- of order by a few places still finds the match open.
local threads = 0

function setup(thread)
   thread:set("number", threads)
   threads = threads + 1
end

function init(args)
   requests = {}
   -- wrk asks one thread for a request that it only looks at, so the first is given twice.
   at = 0
   local headers = {
      ["Authorization"] = "Bearer " .. os.getenv("TOKEN"),
      ["Content-Type"] = "application/vnd.api+json",
      ["Accept"] = "application/json",
   }
   local count = tonumber(os.getenv("THREADS"))
   local line_number = 0
   for line in io.lines(os.getenv("REPORTS")) do
      -- Lines come in blocks of all tournaments, which are even: each falls to one thread.
      if line_number % count == number then
         local path, body = line:match("^(.-)\t(.*)$")
         requests[#requests + 1] = wrk.format("PUT", path, headers, body)
      end
      line_number = line_number + 1
   end
end

function request()
   local one = requests[math.max(at, 1)]
   at = at < #requests and at + 1 or 1
   return one
end

if os.getenv("DEBUG") then
   function response(status, headers, body)
      if status >= 300 then io.stderr:write(status, " ", body, "\n") end
   end
end
