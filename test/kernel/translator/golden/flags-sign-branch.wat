;; A branch on the sign of a difference, one on parity.
;; 0x00001000  29 d8                 sub eax, ebx
    local.get $eax
    local.tee $flags.a
    local.get $ebx
    local.tee $flags.b
    i32.sub
    local.tee $flags.result
    local.set $eax
;; 0x00001002  78 01                 js short 0x1005
    local.get $flags.result
    i32.const 31
    i32.shr_u
    if $4
      local.get $fuel
      i32.const -2
      i32.add
      local.set $fuel
      br $3
    end
;; 0x00001000  29 d8                 sub eax, ebx
;; 0x00001004  41                    inc ecx
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
  block $5
;; 0x00001005  84 c0                 test al, al
    local.get $eax
    i32.extend8_s
    local.tee $flags.a
    local.get $eax
    i32.extend8_s
    local.tee $flags.b
    i32.and
    i32.extend8_s
    local.tee $flags.result
    drop
;; 0x00001007  7a 01                 jp short 0x100a
    local.get $flags.result
    i32.const 255
    i32.and
    i32.popcnt
    i32.const 1
    i32.and
    i32.eqz
    if $6
      local.get $fuel
      i32.const -2
      i32.add
      local.set $fuel
      br $5
    end
;; 0x00001005  84 c0                 test al, al
;; 0x00001009  41                    inc ecx
    local.get $ecx
    i32.const 1
    i32.add
    local.set $ecx
    local.get $fuel
    i32.const -3
    i32.add
    local.set $fuel
    br $5
    unreachable
    unreachable
  end
;; 0x0000100a  c3                    ret
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
