;; Shifts by constants and by CL, which is taken modulo 32.
;; 0x00001000  c1 e0 03              shl eax, 0x3
  local.get $eax
  i32.const 3
  i32.shl
  local.set $eax
;; 0x00001003  c1 fb 1f              sar ebx, 0x1f
  local.get $ebx
  i32.const 31
  i32.shr_s
  local.set $ebx
;; 0x00001006  d0 ea                 shr dl, 0x1
  local.get $edx
  i32.extend8_s
  i32.const 255
  i32.and
  i32.const 1
  i32.shr_u
  i32.const 255
  i32.and
  local.get $edx
  i32.const -256
  i32.and
  i32.or
  local.set $edx
;; 0x00001008  d3 e6                 shl esi, cl
  local.get $esi
  local.get $ecx
  i32.shl
  local.set $esi
;; 0x0000100a  66 d3 3f              sar word ptr [edi], cl
  local.get $edi
  local.tee $address
  i32.load16_s
  local.get $ecx
  i32.shr_s
  local.set $value
  local.get $address
  local.get $value
  i32.store16
;; 0x0000100d  c3                    ret
  local.get $stack
  i32.load
  local.set $eip
  local.get $fuel
  i32.const -6
  i32.add
  local.set $fuel
  local.get $edx
  global.set $edx
  local.get $ebx
  global.set $ebx
  local.get $esi
  global.set $esi
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
