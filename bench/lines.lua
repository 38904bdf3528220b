-- Requests from a file, again and again: REQUESTS names it, one a line, `body` or `body<tab>token`.
-- METHOD, PATH, TYPE and AUTHORIZATION in the environment are the same for all; a line's token
-- becomes its own `Authorization: Bearer`. With ONCE each line is sent once, and then nothing new:
-- what follows is the last line again, which the count of failures shows.
local threads = 0

function setup(thread)
   thread:set("number", threads)
   threads = threads + 1
end

function init(args)
   requests, at = {}, 0
   local count, line_number = tonumber(os.getenv("THREADS")), 0
   for line in io.lines(os.getenv("REQUESTS")) do
      if line_number % count == number then
         local body, token = line:match("^(.-)\t(.*)$")
         local headers = { ["Content-Type"] = os.getenv("TYPE"), ["Cookie"] = os.getenv("COOKIE") }
         if token then
            headers["Authorization"] = "Bearer " .. token
         else
            headers["Authorization"] = os.getenv("AUTHORIZATION")
         end
         body = body or line
         if body == "" then body = nil end
         requests[#requests + 1] =
            wrk.format(os.getenv("METHOD"), os.getenv("ASKED"), headers, body)
      end
      line_number = line_number + 1
   end
end

function request()
   -- wrk asks one thread for a request that it only looks at, so the first is given twice.
   local one = requests[math.max(at, 1)]
   at = at < #requests and at + 1 or (os.getenv("ONCE") and #requests or 1)
   return one
end
