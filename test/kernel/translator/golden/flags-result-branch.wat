;; A branch on the result of arithmetic itself.
;; 0x00001000  83 e8 01              sub eax, 0x1
    local.get $eax
    local.tee $flags.a
    i32.const 1
    local.tee $flags.b
    i32.sub
    local.tee $flags.result
    local.set $eax
;; 0x00001003  74 04                 je short 0x1009
    local.get $flags.a
    local.get $flags.b
    i32.eq
    if $4
      local.get $fuel
      i32.const -2
      i32.add
      local.set $fuel
      br $3
    end
;; 0x00001000  83 e8 01              sub eax, 0x1
;; 0x00001005  49                    dec ecx
    local.get $ecx
    i32.const 1
    i32.sub
    local.tee $flags.result
    local.set $ecx
;; 0x00001006  78 01                 js short 0x1009
    local.get $flags.result
    i32.const 31
    i32.shr_u
    if $5
      local.get $fuel
      i32.const -4
      i32.add
      local.set $fuel
      br $3
    end
;; 0x00001005  49                    dec ecx
;; 0x00001008  42                    inc edx
    local.get $edx
    i32.const 1
    i32.add
    local.set $edx
    local.get $fuel
    i32.const -5
    i32.add
    local.set $fuel
    br $3
    unreachable
    unreachable
    unreachable
  end
;; 0x00001009  c3                    ret
  local.get $stack
  i32.load
  local.set $eip
  local.get $fuel
  i32.const -1
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
