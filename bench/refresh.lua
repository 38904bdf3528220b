-- Refresh tokens that rotate: TOKENS names a file with one refresh token a line, more than there
-- are connections; each answer's successor takes the place of the token that was presented.
local threads = 0

function setup(thread)
   thread:set("number", threads)
   threads = threads + 1
end

function init(args)
   tokens, first, last = {}, 1, 0
   local count, line_number = tonumber(os.getenv("THREADS")), 0
   for line in io.lines(os.getenv("TOKENS")) do
      if line_number % count == number then
         last = last + 1
         tokens[last] = line
      end
      line_number = line_number + 1
   end
   headers = {
      ["Content-Type"] = "application/x-www-form-urlencoded",
      ["Authorization"] = os.getenv("AUTHORIZATION"),
   }
   looked_at = false
end

function request()
   local token = tokens[first]
   -- wrk asks one thread for a request that it only looks at: that token is not used up by it.
   if looked_at or number ~= 0 then
      tokens[first] = nil
      first = first + 1
   end
   looked_at = true
   return wrk.format("POST", "/oauth/token", headers, "grant_type=refresh_token&refresh_token=" .. token)
end

function response(status, answer_headers, body)
   local token = body:match('"refresh_token":"([^"]+)"')
   if token then
      last = last + 1
      tokens[last] = token
   end
   if status >= 300 and os.getenv("DEBUG") then io.stderr:write(status, " ", body, "\n") end
end

function done(summary, latency, requests) end
