;; Arguments on the stack, a frame, and a callee that removes them.
;; 0x00001000  ff 35 00 20 00 00     push dword ptr [0x2000]
  local.get $esp
  i32.const 4
  i32.sub
  local.tee $address
  i32.const 8192
  i32.load
  i32.store
  local.get $address
  local.set $esp
;; 0x00001006  6a 05                 push 0x5
  local.get $esp
  i32.const 4
  i32.sub
  local.tee $address
  i32.const 5
  i32.store
  local.get $address
  local.set $esp
;; 0x00001008  e8 01 00 00 00        call 0x100e
  local.get $esp
  i32.const 4
  i32.sub
  local.tee $address
  i32.const 4109
  i32.store
  local.get $address
  local.set $esp
  local.get $fuel
  i32.const -3
  i32.add
  local.set $fuel
  local.get $esp
  local.get $fuel
  local.get $ebp
  call $0x100e
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
  i32.const 4109
  i32.ne
  if $4
    i32.const 825307184
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
    i32.const 4109
    local.set $eip
    i32.const 12593
    local.set $place
    br $1
  end
;; 0x0000100d  c3                    ret
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
  if $6
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
  i32.const 12593
  local.set $place
  br $1
  unreachable
