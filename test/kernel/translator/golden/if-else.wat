;; Two ways that meet again become an if.
;; 0x00001000  85 c0                 test eax, eax
    local.get $eax
    local.tee $flags.a
    local.get $eax
    local.tee $flags.b
    i32.and
    local.tee $flags.result
    drop
;; 0x00001002  74 07                 je short 0x100b
    local.get $flags.result
    i32.const 0
    i32.eq
    if $4
;; 0x0000100b  b9 02 00 00 00        mov ecx, 0x2
      i32.const 2
      local.set $ecx
      local.get $fuel
      i32.const -3
      i32.add
      local.set $fuel
      br $3
      unreachable
    end
;; 0x00001000  85 c0                 test eax, eax
;; 0x00001004  b9 01 00 00 00        mov ecx, 0x1
    i32.const 1
    local.set $ecx
;; 0x00001009  eb 05                 jmp short 0x1010
    local.get $fuel
    i32.const -4
    i32.add
    local.set $fuel
    br $3
    unreachable
    unreachable
  end
;; 0x00001010  01 c1                 add ecx, eax
  local.get $ecx
  local.get $eax
  i32.add
  local.set $ecx
;; 0x00001012  c3                    ret
  local.get $stack
  i32.load
  local.set $eip
  local.get $fuel
  i32.const -2
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
