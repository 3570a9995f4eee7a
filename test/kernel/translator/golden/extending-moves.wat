;; Moves that extend a byte or a word, from registers and memory.
;; 0x00001000  0f b6 c3              movzx eax, bl
  local.get $ebx
  i32.const 255
  i32.and
  local.set $eax
;; 0x00001003  0f b6 0e              movzx ecx, byte ptr [esi]
  local.get $esi
  i32.load8_u
  local.set $ecx
;; 0x00001006  0f bf d1              movsx edx, cx
  local.get $ecx
  i32.extend16_s
  local.set $edx
;; 0x00001009  0f bf 5f 02           movsx ebx, word ptr [edi+0x2]
  local.get $edi
  i32.const 2
  i32.add
  i32.load16_s
  local.set $ebx
;; 0x0000100d  0f b6 ec              movzx ebp, ah
  local.get $eax
  i32.const 8
  i32.shr_u
  i32.const 255
  i32.and
  local.set $ebp
;; 0x00001010  c3                    ret
  local.get $stack
  i32.load
  local.set $eip
  local.get $fuel
  i32.const -6
  i32.add
  local.set $fuel
  local.get $ecx
  global.set $ecx
  local.get $edx
  global.set $edx
  local.get $ebx
  global.set $ebx
  local.get $ebp
  global.set $ebp
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
