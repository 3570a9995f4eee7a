;; CWDE, CDQ and their kin.
;; 0x00001000  98                    cwde
  local.get $eax
  i32.extend16_s
  local.set $eax
;; 0x00001001  99                    cdq
  local.get $eax
  i32.const 31
  i32.shr_s
  local.set $edx
;; 0x00001002  66 98                 cbw
  local.get $eax
  i32.extend8_s
  i32.const 65535
  i32.and
  local.get $eax
  i32.const -65536
  i32.and
  i32.or
  local.set $eax
;; 0x00001004  c3                    ret
  local.get $stack
  i32.load
  local.set $eip
  local.get $fuel
  i32.const -4
  i32.add
  local.set $fuel
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
