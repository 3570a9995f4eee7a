;; A write of 8 or 16 bits leaves the rest of the register as it was.
;; 0x00001000  88 f8                 mov al, bh
  local.get $ebx
  i32.const 8
  i32.shr_u
  i32.const 255
  i32.and
  local.get $eax
  i32.const -256
  i32.and
  i32.or
  local.set $eax
;; 0x00001002  b4 05                 mov ah, 0x5
  i32.const 5
  i32.const 255
  i32.and
  i32.const 8
  i32.shl
  local.get $eax
  i32.const -65281
  i32.and
  i32.or
  local.set $eax
;; 0x00001004  66 89 d1              mov cx, dx
  local.get $edx
  i32.const 65535
  i32.and
  local.get $ecx
  i32.const -65536
  i32.and
  i32.or
  local.set $ecx
;; 0x00001007  00 cb                 add bl, cl
  local.get $ebx
  i32.extend8_s
  local.get $ecx
  i32.extend8_s
  i32.add
  i32.const 255
  i32.and
  local.get $ebx
  i32.const -256
  i32.and
  i32.or
  local.set $ebx
;; 0x00001009  c3                    ret
  local.get $stack
  i32.load
  local.set $eip
  local.get $fuel
  i32.const -5
  i32.add
  local.set $fuel
  local.get $ecx
  global.set $ecx
  local.get $ebx
  global.set $ebx
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
