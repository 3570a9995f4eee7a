;; Calls through a register and through memory.
;; 0x00001000  ff d0                 call eax
  local.get $eax
  local.set $called
  local.get $esp
  i32.const 4
  i32.sub
  local.tee $address
  i32.const 4098
  i32.store
  local.get $address
  local.set $esp
  local.get $fuel
  i32.const -1
  i32.add
  local.set $fuel
  local.get $eax
  local.get $ecx
  local.get $edx
  local.get $ebx
  local.get $esp
  local.get $ebp
  local.get $esi
  local.get $edi
  local.get $fuel
  local.get $called
  call $dispatch
  local.set $eax
  local.tee $value64
  i64.const 32
  i64.shr_u
  i32.wrap_i64
  local.set $fuel
  local.get $value64
  i32.wrap_i64
  local.set $eip
  local.get $eip
  i32.const 4098
  i32.ne
  if $4
    i32.const -393217
    local.set $place
    br $2
  end
  local.get $esp
  i32.const 4
  i32.add
  local.set $esp
  local.get $fuel
  i32.const 0
  i32.le_s
  if $5
    i32.const 4098
    local.set $eip
    i32.const 65529
    local.set $place
    br $1
  end
;; 0x00001002  ff 53 04              call dword ptr [ebx+0x4]
  local.get $ebx
  i32.const 4
  i32.add
  i32.load
  local.set $called
  local.get $esp
  i32.const 4
  i32.sub
  local.tee $address
  i32.const 4101
  i32.store
  local.get $address
  local.set $esp
  local.get $fuel
  i32.const -1
  i32.add
  local.set $fuel
  global.get $ecx
  local.set $ecx
  global.get $edx
  local.set $edx
  local.get $eax
  local.get $ecx
  local.get $edx
  local.get $ebx
  local.get $esp
  local.get $ebp
  local.get $esi
  local.get $edi
  local.get $fuel
  local.get $called
  call $dispatch
  local.set $eax
  local.tee $value64
  i64.const 32
  i64.shr_u
  i32.wrap_i64
  local.set $fuel
  local.get $value64
  i32.wrap_i64
  local.set $eip
  local.get $eip
  i32.const 4101
  i32.ne
  if $6
    i32.const -393223
    local.set $place
    br $2
  end
  local.get $esp
  i32.const 4
  i32.add
  local.set $esp
  local.get $fuel
  i32.const 0
  i32.le_s
  if $7
    i32.const 4101
    local.set $eip
    i32.const 65529
    local.set $place
    br $1
  end
;; 0x00001005  c3                    ret
  local.get $esp
  i32.load
  local.set $eip
  local.get $fuel
  i32.const -1
  i32.add
  local.set $fuel
  local.get $esp
  local.get $entry.esp
  i32.ne
  i32.eqz
  if $8
    local.get $fuel
    i64.extend_i32_u
    i64.const 32
    i64.shl
    local.get $eip
    i64.extend_i32_u
    i64.or
    local.get $eax
    return
  end
  local.get $esp
  i32.const 4
  i32.add
  local.set $esp
  i32.const 65529
  local.set $place
  br $1
  unreachable
