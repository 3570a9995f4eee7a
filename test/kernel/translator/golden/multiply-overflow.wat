;; The carry of a product, read by a branch.
;; 0x00001000  0f af c3              imul eax, ebx
    local.get $eax
    local.get $ebx
    local.set $local18
    i64.extend_i32_s
    local.get $local18
    i64.extend_i32_s
    i64.mul
    local.tee $value64
    i32.wrap_i64
    local.tee $flags.result
    local.get $flags.result
    i64.extend_i32_s
    local.get $value64
    i64.ne
    local.tee $flags.a
    local.set $flags.b
    local.set $eax
;; 0x00001003  70 01                 jo short 0x1006
    local.get $flags.b
    i32.const 1
    i32.and
    if $4
      local.get $fuel
      i32.const -2
      i32.add
      local.set $fuel
      br $3
    end
;; 0x00001000  0f af c3              imul eax, ebx
;; 0x00001005  41                    inc ecx
    local.get $ecx
    i32.const 1
    i32.add
    local.set $ecx
    local.get $fuel
    i32.const -3
    i32.add
    local.set $fuel
    br $3
    unreachable
    unreachable
  end
;; 0x00001006  c3                    ret
  local.get $stack
  i32.load
  local.set $eip
  local.get $fuel
  i32.const -1
  i32.add
  local.set $fuel
  local.get $ecx
  global.set $ecx
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
