;; A 64-bit dividend whose upper half may be anything.
;; 0x00001000  f7 f1                 div ecx
  local.get $ecx
  i64.extend_i32_u
  local.set $local18
  local.get $edx
  i64.extend_i32_u
  i64.const 32
  i64.shl
  local.get $eax
  i64.extend_i32_u
  i64.or
  local.set $value64
  local.get $edx
  i64.extend_i32_u
  local.get $local18
  i64.ge_u
  if $3
    i32.const 4096
    local.set $eip
    local.get $stack
    local.set $esp
    i32.const 5911
    local.set $place
    br $1
  end
  local.get $value64
  local.get $local18
  i64.div_u
  local.set $local19
  local.get $value64
  local.get $local19
  local.get $local18
  i64.mul
  i64.sub
  i32.wrap_i64
  local.set $edx
  local.get $local19
  i32.wrap_i64
  local.set $eax
;; 0x00001002  c3                    ret
  local.get $stack
  i32.load
  local.set $eip
  local.get $fuel
  i32.const -2
  i32.add
  local.set $fuel
  local.get $ecx
  global.set $ecx
  local.get $edx
  global.set $edx
  local.get $fuel
  i64.extend_i32_u
  i64.const 32
  i64.shl
  local.get $eip
  i64.extend_i32_u
  i64.or
  local.get $eax
  return
  unreachable
