;; INT: the VM leaves before it, and goes on behind it.
;; 0x00001000  b8 01 00 00 00        mov eax, 0x1
  i32.const 1
  local.set $eax
;; 0x00001005  cd d0                 int 0xd0
  i32.const 4101
  local.set $eip
  local.get $stack
  local.set $esp
  local.get $fuel
  i32.const -1
  i32.add
  local.set $fuel
  i32.const 4369
  local.set $place
  br $1
  unreachable
