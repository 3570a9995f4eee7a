;; Flags set on two ways and read where they meet.
;; 0x00001000  85 c0                 test eax, eax
    local.get $eax
    local.tee $flags.a
    local.get $eax
    local.tee $flags.b
    i32.and
    local.tee $flags.result
    drop
;; 0x00001002  74 04                 je short 0x1008
    local.get $flags.result
    i32.const 0
    i32.eq
    if $4
;; 0x00001008  39 d3                 cmp ebx, edx
      local.get $ebx
      local.tee $flags.a
      local.get $edx
      local.tee $flags.b
      i32.sub
      local.tee $flags.result
      drop
      local.get $flags.a
      local.get $flags.b
      i32.lt_u
      local.get $flags.result
      i32.const 255
      i32.and
      i32.popcnt
      i32.const 1
      i32.and
      i32.eqz
      i32.const 2
      i32.shl
      i32.or
      local.get $flags.a
      i32.const -1
      i32.xor
      local.get $flags.b
      i32.and
      local.get $flags.a
      i32.const -1
      i32.xor
      local.get $flags.b
      i32.or
      local.get $flags.result
      i32.and
      i32.or
      i32.const 3
      i32.shr_u
      i32.const 1
      i32.and
      i32.const 4
      i32.shl
      i32.or
      local.get $flags.result
      i32.eqz
      i32.const 6
      i32.shl
      i32.or
      local.get $flags.result
      i32.const 31
      i32.shr_u
      i32.const 7
      i32.shl
      i32.or
      local.get $flags.a
      local.get $flags.b
      i32.xor
      local.get $flags.a
      local.get $flags.result
      i32.xor
      i32.and
      i32.const 31
      i32.shr_u
      i32.const 11
      i32.shl
      i32.or
      local.set $flags.result
      local.get $fuel
      i32.const -3
      i32.add
      local.set $fuel
      br $3
      unreachable
    end
;; 0x00001000  85 c0                 test eax, eax
;; 0x00001004  39 cb                 cmp ebx, ecx
    local.get $ebx
    local.tee $flags.a
    local.get $ecx
    local.tee $flags.b
    i32.sub
    local.tee $flags.result
    drop
;; 0x00001006  eb 02                 jmp short 0x100a
    local.get $flags.a
    local.get $flags.b
    i32.lt_u
    local.get $flags.result
    i32.const 255
    i32.and
    i32.popcnt
    i32.const 1
    i32.and
    i32.eqz
    i32.const 2
    i32.shl
    i32.or
    local.get $flags.a
    i32.const -1
    i32.xor
    local.get $flags.b
    i32.and
    local.get $flags.a
    i32.const -1
    i32.xor
    local.get $flags.b
    i32.or
    local.get $flags.result
    i32.and
    i32.or
    i32.const 3
    i32.shr_u
    i32.const 1
    i32.and
    i32.const 4
    i32.shl
    i32.or
    local.get $flags.result
    i32.eqz
    i32.const 6
    i32.shl
    i32.or
    local.get $flags.result
    i32.const 31
    i32.shr_u
    i32.const 7
    i32.shl
    i32.or
    local.get $flags.a
    local.get $flags.b
    i32.xor
    local.get $flags.a
    local.get $flags.result
    i32.xor
    i32.and
    i32.const 31
    i32.shr_u
    i32.const 11
    i32.shl
    i32.or
    local.set $flags.result
    local.get $fuel
    i32.const -4
    i32.add
    local.set $fuel
    br $3
    unreachable
    unreachable
  end
  block $5
;; 0x0000100a  7f 05                 jg short 0x1011
    local.get $flags.result
    i32.const 6
    i32.shr_u
    i32.const 1
    i32.and
    local.get $flags.result
    i32.const 7
    i32.shr_u
    i32.const 1
    i32.and
    local.get $flags.result
    i32.const 11
    i32.shr_u
    i32.const 1
    i32.and
    i32.xor
    i32.or
    i32.eqz
    if $6
      local.get $fuel
      i32.const -1
      i32.add
      local.set $fuel
      br $5
    end
;; 0x0000100c  bb 00 00 00 00        mov ebx, 0x0
    i32.const 0
    local.set $ebx
    local.get $fuel
    i32.const -2
    i32.add
    local.set $fuel
    br $5
    unreachable
    unreachable
  end
;; 0x00001011  c3                    ret
  local.get $stack
  i32.load
  local.set $eip
  local.get $fuel
  i32.const -1
  i32.add
  local.set $fuel
  local.get $ebx
  global.set $ebx
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
