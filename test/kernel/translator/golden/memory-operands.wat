;; An operand in memory that is read and written: its address is computed once.
;; 0x00001000  01 43 04              add [ebx+0x4], eax
  local.get $ebx
  i32.const 4
  i32.add
  local.tee $address
  i32.load
  local.get $eax
  i32.add
  local.set $value
  local.get $address
  local.get $value
  i32.store
;; 0x00001003  fe 01                 inc byte ptr [ecx]
  local.get $ecx
  local.tee $address
  i32.load8_s
  i32.const 1
  i32.add
  local.set $value
  local.get $address
  local.get $value
  i32.store8
;; 0x00001005  66 f7 1a              neg word ptr [edx]
  local.get $edx
  local.tee $address
  i32.load16_s
  local.set $value
  i32.const 0
  local.get $value
  i32.sub
  local.set $value
  local.get $address
  local.get $value
  i32.store16
;; 0x00001008  81 24 7e ff 00 00 00  and dword ptr [esi+edi*2], 0xff
  local.get $esi
  local.get $edi
  i32.const 1
  i32.shl
  i32.add
  local.tee $address
  i32.load
  i32.const 255
  i32.and
  local.set $value
  local.get $address
  local.get $value
  i32.store
;; 0x0000100f  c3                    ret
  local.get $stack
  i32.load
  local.set $eip
  local.get $fuel
  i32.const -5
  i32.add
  local.set $fuel
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
