;; Flags that nothing reads before they are written again cost nothing.
;; 0x00001000  01 d8                 add eax, ebx
    local.get $eax
    local.get $ebx
    i32.add
    local.set $eax
;; 0x00001002  29 d1                 sub ecx, edx
    local.get $ecx
    local.get $edx
    i32.sub
    local.set $ecx
;; 0x00001004  31 f6                 xor esi, esi
    local.get $esi
    local.get $esi
    i32.xor
    local.set $esi
;; 0x00001006  39 c8                 cmp eax, ecx
    local.get $eax
    local.tee $flags.a
    local.get $ecx
    local.tee $flags.b
    i32.sub
    local.tee $flags.result
    drop
;; 0x00001008  75 05                 jne short 0x100f
    local.get $flags.a
    local.get $flags.b
    i32.ne
    if $4
      local.get $fuel
      i32.const -5
      i32.add
      local.set $fuel
      br $3
    end
;; 0x00001000  01 d8                 add eax, ebx
;; 0x0000100a  be 01 00 00 00        mov esi, 0x1
    i32.const 1
    local.set $esi
    local.get $fuel
    i32.const -6
    i32.add
    local.set $fuel
    br $3
    unreachable
    unreachable
  end
;; 0x0000100f  85 f6                 test esi, esi
;; 0x00001011  c3                    ret
  local.get $stack
  i32.load
  local.set $eip
  local.get $fuel
  i32.const -2
  i32.add
  local.set $fuel
  local.get $ecx
  global.set $ecx
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
