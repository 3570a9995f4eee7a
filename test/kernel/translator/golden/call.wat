;; A direct call keeps the guest's stack as it would be; it comes back to where it should, or the VM has left.
;; 0x00001000  51                    push ecx
  local.get $stack
  local.get $ecx
  i32.store offset=4
;; 0x00001001  e8 02 00 00 00        call 0x1008
  local.get $stack
  i32.const 4102
  i32.store
;; 0x00001008  01 c0                 add eax, eax
  local.get $eax
  local.get $eax
  i32.add
  local.set $eax
;; 0x0000100a  c3                    ret
  local.get $stack
  i32.load
  local.tee $eip
  i32.const 4102
  i32.ne
  if $4
    local.get $stack
    i32.const 4
    i32.add
    local.set $esp
    local.get $fuel
    i32.const -4
    i32.add
    local.set $fuel
    i32.const 4883
    local.set $place
    br $1
  end
;; 0x00001006  59                    pop ecx
  local.get $stack
  i32.load offset=4
  local.set $ecx
;; 0x00001007  c3                    ret
  local.get $stack
  i32.load offset=8
  local.set $eip
  local.get $fuel
  i32.const -6
  i32.add
  local.set $fuel
  local.get $ecx
  global.set $ecx
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
