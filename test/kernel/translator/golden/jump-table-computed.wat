;; A switch as gcc -O0 makes it of a variable in memory: the address of the table's entry is computed in a register.
;; 0x00001000  83 7c 24 04 02        cmp dword ptr [esp+0x4], 0x2
    local.get $stack
    local.tee $address
    i32.load offset=4
    local.tee $flags.a
    i32.const 2
    local.tee $flags.b
    i32.sub
    local.tee $flags.result
    drop
;; 0x00001005  77 21                 ja short 0x1028
    local.get $flags.a
    local.get $flags.b
    i32.gt_u
    if $5
      local.get $fuel
      i32.const -2
      i32.add
      local.set $fuel
      br $4
    end
;; 0x00001000  83 7c 24 04 02        cmp dword ptr [esp+0x4], 0x2
    block $6
      block $7
        block $8
;; 0x00001007  8b 44 24 04           mov eax, [esp+0x4]
          local.get $stack
          i32.load offset=4
          local.set $eax
;; 0x0000100b  c1 e0 02              shl eax, 0x2
          local.get $eax
          i32.const 2
          i32.shl
          local.set $eax
;; 0x0000100e  05 00 20 00 00        add eax, 0x2000
          local.get $eax
          i32.const 8192
          i32.add
          local.set $eax
;; 0x00001013  8b 00                 mov eax, [eax]
          local.get $eax
          i32.const 8192
          i32.sub
          i32.const 2
          i32.shr_u
          local.set $index
          local.get $eax
          i32.load
          local.set $eax
;; 0x00001015  ff e0                 jmp eax
          local.get $eax
          local.set $eip
          local.get $fuel
          i32.const -7
          i32.add
          local.set $fuel
          block $9
            block $10
              block $11
                block $12
                  local.get $index
                  br_table $12 $11 $10 $9
                end
                local.get $eip
                i32.const 4119
                i32.ne
                br_if $9
                br $6
              end
              local.get $eip
              i32.const 4125
              i32.ne
              br_if $9
              br $7
            end
            local.get $eip
            i32.const 4131
            i32.ne
            br_if $9
            br $8
          end
          local.get $stack
          local.set $esp
          i32.const 6425
          local.set $place
          br $1
          unreachable
        end
;; 0x00001023  bb 1e 00 00 00        mov ebx, 0x1e
        i32.const 30
        local.set $ebx
        local.get $fuel
        i32.const -1
        i32.add
        local.set $fuel
        br $4
        unreachable
      end
;; 0x0000101d  bb 14 00 00 00        mov ebx, 0x14
      i32.const 20
      local.set $ebx
;; 0x00001022  c3                    ret
      local.get $stack
      i32.load
      local.set $eip
      local.get $fuel
      i32.const -2
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
    end
;; 0x00001017  bb 0a 00 00 00        mov ebx, 0xa
    i32.const 10
    local.set $ebx
;; 0x0000101c  c3                    ret
    local.get $stack
    i32.load
    local.set $eip
    local.get $fuel
    i32.const -2
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
    unreachable
  end
;; 0x00001028  c3                    ret
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
