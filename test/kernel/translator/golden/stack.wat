;; PUSH and POP of registers, constants and memory, and of ESP itself.
;; 0x00001000  50                    push eax
  local.get $stack
  local.get $eax
  i32.store offset=12
;; 0x00001001  6a ff                 push 0xffffffff
  local.get $stack
  i32.const -1
  i32.store offset=8
;; 0x00001003  ff 33                 push dword ptr [ebx]
  local.get $stack
  local.get $ebx
  i32.load
  i32.store offset=4
;; 0x00001005  54                    push esp
  local.get $stack
  i32.const 4
  i32.add
  local.set $esp
  local.get $stack
  local.get $esp
  i32.store
;; 0x00001006  59                    pop ecx
  local.get $stack
  i32.load
  local.set $ecx
;; 0x00001007  8f 03                 pop dword ptr [ebx]
  local.get $ebx
  local.get $stack
  i32.load offset=4
  i32.store
;; 0x00001009  83 c4 08              add esp, 0x8
;; 0x0000100c  c3                    ret
  local.get $stack
  i32.load offset=16
  local.set $eip
  local.get $fuel
  i32.const -8
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
