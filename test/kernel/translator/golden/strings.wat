;; Repeated and single string instructions.
;; 0x00001000  f3 a5                 rep movsd [edi], [esi]
  i32.const 4096
  local.set $eip
  i32.const 4112
  local.set $place
  br $1
  unreachable
