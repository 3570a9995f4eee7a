-- Typed at a prompt, where each line that is no statement yet waits for the next: what it finds comes out at its end.
out = {}
function say(...) out[#out + 1] = table.concat({ ... }, " ") end
Stack = {}
Stack.__index = Stack
function Stack.new() return setmetatable({ size = 0 }, Stack) end
function Stack:push(value)
  self.size = self.size + 1
  self[self.size] = value
end
function Stack:pop()
  local value = self[self.size]
  self[self.size], self.size = nil, self.size - 1
  return value
end
stack = Stack.new()
for word in ("pack my box with five dozen liquor jugs"):gmatch("%a+") do
  stack:push(word)
end
while stack.size > 0 do say(stack.size, stack:pop():reverse()) end
primes = {}
for n = 2, 100 do
  local prime = true
  for _, p in ipairs(primes) do
    if n % p == 0 then prime = false break end
  end
  if prime then primes[#primes + 1] = n end
end
say(#primes, table.concat(primes, ",", 20))
say(string.format("%.14g %5.2f %q %x", 2 ^ 0.5, -7 // 2.0, "a\nb", 255), 7 // -2, -7 % 3, 1 << 40)
say(tostring(pcall(error, { code = 7 })), select("#", nil, nil), math.type(3.0), tostring(1 / 0))
numbers = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i * i) end end)
say(numbers(), numbers(), numbers())
print(("-"):rep(24) .. "\n" .. table.concat(out, "\n") .. "\n" .. ("-"):rep(24))
