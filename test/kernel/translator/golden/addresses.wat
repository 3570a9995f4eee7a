;; Effective addresses: base, scaled index and displacement; LEA computes one and reads nothing.
;; 0x00001000  8b 44 8b 10           mov eax, [ebx+ecx*4+0x10]
  local.get $ebx
  local.get $ecx
  i32.const 2
  i32.shl
  i32.add
  i32.const 16
  i32.add
  i32.load
  local.set $eax
;; 0x00001004  8b 14 cd 00 20 00 00  mov edx, [ecx*8+0x2000]
  local.get $ecx
  i32.const 3
  i32.shl
  i32.const 8192
  i32.add
  i32.load
  local.set $edx
;; 0x0000100b  8d 34 40              lea esi, [eax+eax*2]
  local.get $eax
  local.get $eax
  i32.const 1
  i32.shl
  i32.add
  local.set $esi
;; 0x0000100e  8d 7b ff              lea edi, [ebx-0x1]
  local.get $ebx
  i32.const -1
  i32.add
  local.set $edi
;; 0x00001011  c3                    ret
  local.get $stack
  i32.load
  local.set $eip
  local.get $fuel
  i32.const -5
  i32.add
  local.set $fuel
  local.get $edx
  global.set $edx
  local.get $esi
  global.set $esi
  local.get $edi
  global.set $edi
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
