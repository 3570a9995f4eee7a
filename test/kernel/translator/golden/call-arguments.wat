;; Arguments on the stack, a frame, and a callee that removes them.
;; 0x00001000  ff 35 00 20 00 00     push dword ptr [0x2000]
  local.get $stack
  i32.const 0
  i32.load offset=8192
  i32.store offset=12
;; 0x00001006  6a 05                 push 0x5
  local.get $stack
  i32.const 5
  i32.store offset=8
;; 0x00001008  e8 01 00 00 00        call 0x100e
  local.get $stack
  i32.const 4109
  i32.store offset=4
;; 0x0000100e  55                    push ebp
  local.get $stack
  local.get $ebp
  i32.store
;; 0x0000100f  89 e5                 mov ebp, esp
  local.get $stack
  local.set $esp
  local.get $esp
  local.set $ebp
;; 0x00001011  8b 45 08              mov eax, [ebp+0x8]
  local.get $ebp
  i32.const 8
  i32.add
  i32.load
  local.set $eax
;; 0x00001014  03 45 0c              add eax, [ebp+0xc]
  local.get $eax
  local.get $ebp
  i32.const 12
  i32.add
  i32.load
  i32.add
  local.set $eax
;; 0x00001017  c9                    leave
  local.get $ebp
  local.get $stack
  i32.ne
  if $4
    i32.const 4119
    local.set $eip
    local.get $stack
    local.set $esp
    local.get $fuel
    i32.const -7
    i32.add
    local.set $fuel
    i32.const 12593
    local.set $place
    br $1
  end
  local.get $stack
  i32.load
  local.set $ebp
;; 0x00001018  c2 08 00              ret 0x8
  local.get $stack
  i32.load offset=4
  local.tee $eip
  i32.const 4109
  i32.ne
  if $5
    local.get $stack
    i32.const 16
    i32.add
    local.set $esp
    local.get $fuel
    i32.const -9
    i32.add
    local.set $fuel
    i32.const 12593
    local.set $place
    br $1
  end
;; 0x0000100d  c3                    ret
  local.get $stack
  i32.load offset=16
  local.set $eip
  local.get $fuel
  i32.const -10
  i32.add
  local.set $fuel
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
  unreachable
  unreachable
