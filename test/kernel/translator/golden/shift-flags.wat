;; A shift by CL may be by nothing, and then leaves the flags alone.
;; 0x00001000  39 d8                 cmp eax, ebx
    local.get $eax
    local.tee $flags.a
    local.get $ebx
    local.tee $flags.b
    i32.sub
    local.tee $flags.result
    drop
;; 0x00001002  d3 ea                 shr edx, cl
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
    local.set $local18
    local.get $edx
    local.set $local19
    local.get $local19
    local.get $ecx
    i32.const 31
    i32.and
    i32.const 1
    i32.sub
    i32.shr_u
    i32.const 1
    i32.and
    local.set $flags.a
    local.get $local19
    local.get $ecx
    i32.const 31
    i32.and
    i32.shr_u
    local.set $flags.result
    local.get $local19
    i32.const 31
    i32.shr_u
    local.set $flags.b
    local.get $flags.result
    local.get $flags.a
    i32.const 1
    i32.and
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
    i32.const 0
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
    local.get $flags.b
    i32.const 1
    i32.and
    i32.const 11
    i32.shl
    i32.or
    local.get $local18
    local.get $ecx
    i32.const 31
    i32.and
    select
    local.set $flags.result
    local.set $edx
;; 0x00001004  72 01                 jb short 0x1007
    local.get $flags.result
    i32.const 0
    i32.shr_u
    i32.const 1
    i32.and
    if $4
      local.get $fuel
      i32.const -3
      i32.add
      local.set $fuel
      br $3
    end
;; 0x00001000  39 d8                 cmp eax, ebx
;; 0x00001006  46                    inc esi
    local.get $esi
    i32.const 1
    i32.add
    local.set $esi
    local.get $fuel
    i32.const -4
    i32.add
    local.set $fuel
    br $3
    unreachable
    unreachable
  end
;; 0x00001007  c3                    ret
  local.get $stack
  i32.load
  local.set $eip
  local.get $fuel
  i32.const -1
  i32.add
  local.set $fuel
  local.get $edx
  global.set $edx
  local.get $esi
  global.set $esi
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
