;; Calls through a register and through memory.
;; 0x00001000  ff d0                 call eax
  local.get $eax
  local.set $called
  local.get $stack
  i32.const 4098
  i32.store
  local.get $fuel
  i32.const -1
  i32.add
  local.set $fuel
  local.get $eax
  local.get $ecx
  local.get $edx
  local.get $ebx
  local.get $stack
  local.get $ebp
  local.get $esi
  local.get $edi
  local.get $fuel
  local.get $called
  call $dispatch
  local.set $value
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
  if $5
    local.get $stack
    local.set $esp
    i32.const -15597569
    local.set $place
    br $2
  end
  local.get $value
  local.set $eax
  local.get $fuel
  i32.const 0
  i32.le_s
  if $6
    i32.const 4098
    local.set $eip
    local.get $stack
    i32.const 4
    i32.add
    local.set $esp
    i32.const 65297
    local.set $place
    br $1
  end
;; 0x00001002  ff 53 04              call dword ptr [ebx+0x4]
  global.get $ebx
  local.set $ebx
  local.get $ebx
  i32.const 4
  i32.add
  i32.load
  local.set $called
  local.get $stack
  i32.const 4101
  i32.store
  local.get $fuel
  i32.const -1
  i32.add
  local.set $fuel
  local.get $eax
  global.get $ecx
  local.set $ecx
  local.get $ecx
  global.get $edx
  local.set $edx
  local.get $edx
  local.get $ebx
  local.get $stack
  global.get $ebp
  local.set $ebp
  local.get $ebp
  global.get $esi
  local.set $esi
  local.get $esi
  global.get $edi
  local.set $edi
  local.get $edi
  local.get $fuel
  local.get $called
  call $dispatch
  local.set $value
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
  if $7
    local.get $stack
    local.set $esp
    i32.const -15597799
    local.set $place
    br $2
  end
  local.get $value
  local.set $eax
  local.get $fuel
  i32.const 0
  i32.le_s
  if $8
    i32.const 4101
    local.set $eip
    local.get $stack
    i32.const 4
    i32.add
    local.set $esp
    i32.const 65297
    local.set $place
    br $1
  end
;; 0x00001005  c3                    ret
  local.get $stack
  i32.load offset=4
  local.set $eip
  local.get $fuel
  i32.const -1
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
