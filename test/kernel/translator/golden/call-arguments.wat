;; Arguments on the stack, a frame, and a callee that removes them.
;; 0x00001000  ff 35 00 20 00 00     push dword ptr [0x2000]
  local.get $stack
  i32.const 0
  i32.load offset=8192
  i32.store offset=8
;; 0x00001006  6a 05                 push 0x5
  local.get $stack
  i32.const 5
  i32.store offset=4
;; 0x00001008  e8 01 00 00 00        call 0x100e
  local.get $stack
  i32.const 4109
  i32.store
  local.get $fuel
  i32.const -3
  i32.add
  local.set $fuel
  local.get $stack
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
  if $5
    local.get $stack
    local.set $esp
    i32.const 823210032
    local.set $place
    br $2
  end
  local.get $fuel
  i32.const 0
  i32.le_s
  if $6
    i32.const 4109
    local.set $eip
    local.get $stack
    i32.const 4
    i32.add
    local.set $esp
    i32.const 12561
    local.set $place
    br $1
  end
;; 0x0000100d  c3                    ret
  local.get $stack
  i32.load offset=4
  local.set $eip
  local.get $fuel
  i32.const -1
  i32.add
  local.set $fuel
  local.get $stack
  i32.const 8
  i32.add
  local.set $esp
  i32.const 12561
  local.set $place
  br $1
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
