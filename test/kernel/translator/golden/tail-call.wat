;; A jump to another function, which returns for this one.
;; 0x00001000  e8 05 00 00 00        call 0x100a
  local.get $stack
  i32.const 4101
  i32.store
;; 0x0000100a  01 c0                 add eax, eax
  local.get $eax
  local.get $eax
  i32.add
  local.set $eax
;; 0x0000100c  c3                    ret
  local.get $stack
  i32.load
  local.tee $eip
  i32.const 4101
  i32.ne
  if $5
    local.get $stack
    i32.const 4
    i32.add
    local.set $esp
    local.get $fuel
    i32.const -3
    i32.add
    local.set $fuel
    i32.const 4369
    local.set $place
    br $1
  end
;; 0x00001005  83 c0 01              add eax, 0x1
  local.get $eax
  i32.const 1
  i32.add
  local.set $eax
;; 0x00001008  eb 00                 jmp short 0x100a
  local.get $fuel
  i32.const -5
  i32.add
  local.set $fuel
  local.get $stack
  i32.const 4
  i32.add
  local.get $fuel
  local.get $eax
  call $0x100a
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
  i32.eqz
  if $6
    local.get $stack
    i32.const 4
    i32.add
    local.set $esp
    i32.const 286331153
    local.set $place
    br $2
  end
  local.get $value
  local.set $eax
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
  unreachable
  unreachable
