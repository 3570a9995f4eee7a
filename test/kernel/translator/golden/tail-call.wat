;; A jump to another function, which returns for this one.
;; 0x00001000  e8 05 00 00 00        call 0x100a
  local.get $esp
  i32.const 4
  i32.sub
  local.tee $address
  i32.const 4101
  i32.store
  local.get $address
  local.set $esp
  local.get $eax
  local.get $ecx
  local.get $edx
  local.get $ebx
  local.get $esp
  local.get $ebp
  local.get $esi
  local.get $edi
  local.get $fuel
  call $0x100a
  local.set $eax
  local.tee $value64
  i64.const 32
  i64.shr_u
  i32.wrap_i64
  local.set $fuel
  local.get $value64
  i32.wrap_i64
  local.tee $eip
  i32.const 4101
  i32.ne
  br_if $2
  global.get $ecx
  local.set $ecx
  global.get $edx
  local.set $edx
  local.get $esp
  i32.const 4
  i32.add
  local.set $esp
  local.get $fuel
  i32.const -2
  i32.add
  local.set $fuel
;; 0x00001005  83 c0 01              add eax, 0x1
  local.get $eax
  i32.const 1
  i32.add
  local.set $eax
;; 0x00001008  eb 00                 jmp short 0x100a
  i32.const 0
  local.get $esp
  local.get $entry.esp
  i32.ne
  i32.or
  if $4
    i32.const 4106
    local.set $eip
    br $1
  end
  local.get $eax
  local.get $ecx
  local.get $edx
  local.get $ebx
  local.get $esp
  local.get $ebp
  local.get $esi
  local.get $edi
  local.get $fuel
  call $0x100a
  return
  unreachable
  unreachable
